namespace HaTools.Configuration.Keepalived;

/// <summary>All grammars together: which block reads which keyword.</summary>
internal static class KeepalivedGrammar
{
    private static readonly Dictionary<string, List<string>> Readers = Index(
        RootGrammar.Grammar, RootGrammar.SslGrammar, GlobalGrammar.Grammar, ScriptGrammar.Grammar, FileGrammar.Grammar, ProcessGrammar.Grammar, BfdGrammar.Grammar,
        InstanceGrammar.Grammar, InstanceGrammar.Authentication, InstanceGrammar.HmacGrammar, SyncGroupGrammar.Grammar, InterfaceGrammar.GarpGroup, NetworkGrammar.TrackGroup,
        VirtualServerGrammar.Grammar, VirtualServerGrammar.RealServer, VirtualServerGrammar.TcpCheck, VirtualServerGrammar.HttpGet, VirtualServerGrammar.SslGet, VirtualServerGrammar.Url, VirtualServerGrammar.DnsCheck, VirtualServerGrammar.SmtpCheck,
        VirtualServerGrammar.FileCheck, VirtualServerGrammar.BfdCheck, VirtualServerGrammar.PingCheck, VirtualServerGrammar.UdpCheck);

    /// <summary>The blocks that read a keyword, in words: "in `vrrp_instance`"; empty when none does.</summary>
    public static IReadOnlyList<string> BlocksThatRead(string keyword) =>
        Readers.TryGetValue(keyword, out List<string>? blocks) ? blocks : [];

    /// <summary>Every keyword that is read somewhere.</summary>
    public static IEnumerable<string> Supported => Readers.Keys;

    private static Dictionary<string, List<string>> Index(params IGrammar[] grammars)
    {
        var readers = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (IGrammar grammar in grammars)
        {
            foreach (string name in grammar.Names)
            {
                if (!readers.TryGetValue(name, out List<string>? blocks)) readers.Add(name, blocks = []);
                blocks.Add(grammar.Block.Length == 0 ? "at the top level" : $"in `{grammar.Block}`");
            }
        }
        return readers;
    }
}
