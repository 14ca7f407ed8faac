using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>
/// One object in the words of a keepalived.conf line, for who has it as a single text (a parameter of a cmdlet). What the file's reader repairs with a
/// warning is refused here: whoever writes a single line is there to mend it.
/// </summary>
internal static class KeepalivedLine
{
    private static readonly Grammar<TrackDraft> Trackers = new("trackers", TrackGrammar.Keywords<TrackDraft>(d => d));

    /// <summary>A line of <c>virtual_ipaddress</c>, or of <c>static_ipaddress</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static VirtualAddress Address(string text, bool isStatic)
    {
        List<AddressLine> read = [];
        Read(text, (reading, lines) => AddressLines.Read(reading, lines, isStatic, read));
        return read[0].Address;
    }

    /// <summary>A line of <c>virtual_routes</c>, or of <c>static_routes</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static RouteEntry Route(string text, bool isStatic)
    {
        List<RouteLine> read = [];
        Read(text, (reading, lines) => RouteLines.Read(reading, lines, isStatic, read));
        return read[0].Route;
    }

    /// <summary>A line of <c>virtual_rules</c>, or of <c>static_rules</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static RuleEntry Rule(string text, bool isStatic)
    {
        List<RuleLine> read = [];
        Read(text, (reading, lines) => RuleLines.Read(reading, lines, isStatic, read));
        return read[0].Rule;
    }

    /// <summary>A line of <c>unicast_peer</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static UnicastPeer Peer(string text)
    {
        var draft = new InstanceDraft();
        Read(text, (reading, lines) => InstanceGrammar.ReadPeers(reading, Block("unicast_peer", lines), draft));
        return draft.Peers[0].Peer;
    }

    /// <summary>A line of <c>virtual_server_group</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static VirtualServerGroupMember GroupMember(string text)
    {
        VirtualServerGroupMember? member = null;
        Read(text, (reading, lines) => member = VirtualServerGroupGrammar.ReadMember(reading, lines[0]));
        return member!;
    }

    /// <summary>A line of <c>track_interface</c>, <c>track_script</c>, <c>track_file</c>, <c>track_process</c> or <c>track_bfd</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static Tracked Tracked(string text, string block)
    {
        var draft = new TrackDraft();
        Read(text, (reading, lines) => reading.ReadBlock(Trackers, [Block(block, lines)], draft));
        return draft.Interfaces.Concat(draft.Scripts).Concat(draft.Files).Concat(draft.Processes).Concat(draft.Bfd).First().Tracked;
    }

    private static ConfStatement Block(string keyword, List<ConfStatement> lines) =>
        new([new ConfWord(keyword, new TextPosition(1, 1), Quoted: false)]) { Block = lines };

    private static void Read(string text, Action<ConfReading, List<ConfStatement>> read)
    {
        var diagnostics = new DiagnosticBag(null);
        List<ConfStatement> lines = ConfParser.Parse(text, diagnostics);
        if (lines.Count != 1) throw new FormatException("one line was expected");
        read(new ConfReading(diagnostics, IprouteNames.OfHost()), lines);
        ValueList<HaConfigurationDiagnostic> said = diagnostics.ToResult(HaConfiguration.Empty, strict: false).Diagnostics;
        if (said.Count == 0) return;
        string why = string.Join(' ', said.Select(d => d.Message));
        throw new FormatException(said.Any(d => d.Severity == HaDiagnosticSeverity.Error) ? why : $"{why} In a file; here it is refused: write what is meant.");
    }
}
