using System.Globalization;

namespace HaTools.Engine.Checks;

/// <summary>What a check asks of whom, and when, for people: it is fixed by the configuration, and so made once.</summary>
internal sealed class CheckWords
{
    // A regular expression may have thousands of characters, and there may be thousands of checks.
    private const int Longest = 200;

    /// <param name="service">The service.</param>
    /// <param name="server">The real server.</param>
    /// <param name="check">One of its checks.</param>
    public CheckWords(VirtualServer service, RealServer server, HealthCheck check)
    {
        Asks = [.. AskedBy(check).Select(line => line.Length > Longest ? $"{line[..Longest]}…" : line)];
        if (check is NetworkCheck network)
        {
            if (server.Address is { } address) Target = SocketTarget.PlaceOf(SocketTarget.EndPointOf(address, server.Port, network));
            Origin = CheckOrigin.Of(network)?.ToString();
        }

        if (check is not TimedCheck timed) return;
        TimeSpan timeout = check switch
        {
            NetworkCheck connecting => connecting.ConnectTimeout,
            MiscCheck misc => MiscTarget.TimeoutOf(service, misc),
            _ => throw new NotSupportedException($"No check of type {check.Kind} can be run."),
        };
        Timing = CheckTiming.Of(service, timed, timeout);
    }

    /// <summary>Whom it asks; null: nobody over the network.</summary>
    public string? Target { get; }

    /// <summary>From where it asks; null: as the kernel chooses.</summary>
    public string? Origin { get; }

    /// <summary>What it asks and what must come, a line for each thing; none: that a connection can be made is all.</summary>
    public IReadOnlyList<string> Asks { get; }

    /// <summary>When it asks; null: it goes by a tracker.</summary>
    public CheckTiming? Timing { get; }

    private static IEnumerable<string> AskedBy(HealthCheck check) => check switch
    {
        HttpsCheck https => [.. AskedBy((HttpCheck)https), AskedBy(https)],
        HttpCheck http => AskedBy(http),
        DnsCheck dns => [$"{dns.RecordType.ToString().ToUpperInvariant()} of {dns.Name} by {dns.Transport.ToString().ToUpperInvariant()}"],
        SmtpCheck smtp => [$"HELO {smtp.HeloName}"],
        PingCheck => ["echo request"],
        UdpCheck udp => [AskedBy(udp)],
        MiscCheck misc => [$"{misc.Command}{(misc.User is { } user ? $" as {user}" : "")}{(misc.DynamicWeight ? ", whose exit status is a weight" : "")}"],
        FileCheck { Weight: { } weight } file => [$"weight {Number(weight)}{(file.Reverse == true ? " reverse" : "")}"],
        _ => [],
    };

    private static IEnumerable<string> AskedBy(HttpCheck http) => http.Urls.Select(url =>
    {
        List<string> wanted = [];
        if (url.StatusCodes.Count > 0) wanted.Add($"status {string.Join(' ', url.StatusCodes)}");
        if (url.Digest is { } digest) wanted.Add($"digest {digest}");
        if (url.Regex is { } regex) wanted.Add($"{(url.RegexNoMatch ? "nothing that matches" : "what matches")} {regex}");
        string host = (url.VirtualHost ?? http.VirtualHost) is { } name ? $" of {name}" : "";
        string version = http.Version == HttpVersion.Http11 ? " by HTTP/1.1" : "";
        return $"GET {url.Path}{host}{version}{(wanted.Count > 0 ? $": {string.Join(", ", wanted)}" : "")}";
    });

    private static string AskedBy(HttpsCheck https)
    {
        List<string> words = ["TLS"];
        if (https.SniName is { } name) words.Add($"for {name}");
        if (https.VerifyCertificate) words.Add("certificate verified");
        if (https.VerifyHost) words.Add("name verified");
        if (https.ExpiryWarningDays is { } days) words.Add($"warning {Number(days)} days before it expires");
        return string.Join(", ", words);
    }

    private static string AskedBy(UdpCheck udp)
    {
        string sent = udp.Payload is { } payload ? $"datagram {payload}" : "datagram without payload";
        if (!udp.RequireReply && udp.Reply is null) return sent;
        string length = udp.MaximumReplyLength is { } most ? $" of {Number(udp.MinimumReplyLength)} to {Number(most)} octets" : udp.MinimumReplyLength > 0 ? $" of {Number(udp.MinimumReplyLength)} octets or more" : "";
        return $"{sent}: reply{(udp.Reply is { } reply ? $" {reply}" : "")}{length}";
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
