using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Names;

/// <summary>A question that name servers are asked.</summary>
/// <param name="Name">The name, in small letters, without the dot at its end.</param>
/// <param name="Type">The type of records.</param>
internal readonly record struct NameQuestion(string Name, int Type)
{
    public const int A = 1, Cname = 5, Soa = 6, Aaaa = 28, Srv = 33;

    public string TypeName => Type switch { A => "A", Aaaa => "AAAA", _ => "SRV" };

    /// <summary>The question for a name's addresses of a family, 4 or 6.</summary>
    public static NameQuestion Addresses(string name, int family) => new(Canonical(name), family == 6 ? Aaaa : A);

    /// <summary>What a real server with a name asks for.</summary>
    public static NameQuestion Of(VirtualServer service, RealServer server) =>
        server.Records == ServerRecords.Srv ? new NameQuestion(Canonical(server.HostName!), Srv) : Addresses(server.HostName!, service.FamilyOf(server));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out NameQuestion question)
    {
        string[] words = text.Split(' ');
        int type = words[0] switch { "A" => A, "AAAA" => Aaaa, "SRV" => Srv, _ => 0 };
        question = words.Length == 2 ? new NameQuestion(Canonical(words[1]), type) : default;
        return words.Length == 2 && type != 0;
    }

    /// <summary>The query; its id, the first two bytes, is 0.</summary>
    public byte[] ToQuery() => DnsQuery.Of(Name, Type);

    /// <summary>As <c>A app.example.com</c>.</summary>
    public override string ToString() => $"{TypeName} {Name}";

    private static string Canonical(string name) => name.TrimEnd('.').ToLowerInvariant();
}
