using System.Globalization;

namespace HaTools.Configuration;

/// <summary>The files in which iproute2 names numbers.</summary>
internal enum IprouteTable
{
    /// <summary>Routing tables.</summary>
    Tables,

    /// <summary>Who made a route.</summary>
    Protocols,

    /// <summary>How far a route or address reaches.</summary>
    Scopes,

    /// <summary>Realms of routes.</summary>
    Realms,

    /// <summary>Values of the type of service.</summary>
    DsField,

    /// <summary>Groups of interfaces.</summary>
    Groups,
}

/// <summary>
/// The names that iproute2 has for numbers. What is in its files is given by the caller, since it is of the host that the configuration is for; each file
/// is asked for when a name is looked up in it first.
/// </summary>
/// <param name="read">
/// The texts of a file (the last argument, <c>rt_tables</c>) in two directories, the one that comes first in front; those that count first in front.
/// </param>
/// <param name="etc">The directory that comes first.</param>
/// <param name="usr">The other directory.</param>
internal sealed class IprouteNames(Func<string, string, string, IReadOnlyList<string>> read, string etc = IprouteNames.EtcDirectory,
    string usr = IprouteNames.UsrDirectory)
{
    public const string EtcDirectory = "/etc/iproute2";
    public const string UsrDirectory = "/usr/share/iproute2";

    private static readonly Dictionary<IprouteTable, Dictionary<string, uint>> BuiltIn = new()
    {
        [IprouteTable.Tables] = new() { ["default"] = 253, ["main"] = 254, ["local"] = 255 },
        [IprouteTable.Protocols] = new()
        {
            ["none"] = 0,
            ["unspec"] = 0,
            ["redirect"] = 1,
            ["kernel"] = 2,
            ["boot"] = 3,
            ["static"] = 4,
            ["gated"] = 8,
            ["ra"] = 9,
            ["mrt"] = 10,
            ["zebra"] = 11,
            ["bird"] = 12,
            ["dnrouted"] = 13,
            ["xorp"] = 14,
            ["ntk"] = 15,
            ["dhcp"] = 16,
            ["keepalived"] = 18,
            ["babel"] = 42,
        },
        [IprouteTable.Scopes] = new() { ["global"] = 0, ["site"] = 200, ["link"] = 253, ["host"] = 254, ["nowhere"] = 255 },
        [IprouteTable.Realms] = new() { ["cosmos"] = 0 },
        [IprouteTable.DsField] = new() { ["default"] = 0 },
        [IprouteTable.Groups] = new() { ["default"] = 0 },
    };

    private readonly Dictionary<IprouteTable, Dictionary<string, uint>> names = [];

    /// <summary>The names that need no file.</summary>
    public static IprouteNames None { get; } = new((_, _, _) => []);

    /// <summary>The names of this host, as its files are now.</summary>
    public static IprouteNames OfHost() => new(IprouteFiles.Read);

    /// <summary>The names in other directories; null: the same.</summary>
    public IprouteNames In(string? otherEtc, string? otherUsr) => otherEtc is null && otherUsr is null ? this : new(read, otherEtc ?? etc, otherUsr ?? usr);

    /// <summary>The file that a name of that kind would stand in.</summary>
    public string PathOf(IprouteTable table) => $"{etc}/{FileOf(table)}";

    /// <summary>The largest number of that kind.</summary>
    public static uint LargestOf(IprouteTable table) => table switch
    {
        IprouteTable.Tables => uint.MaxValue,
        IprouteTable.Groups => int.MaxValue,
        _ => 255,
    };

    /// <summary>What is known by name, for suggestions.</summary>
    public IReadOnlyCollection<string> Known(IprouteTable table) => Load(table).Keys;

    /// <summary>The number of a word, which is a name or a number (decimal, 0x…, or octal with a leading 0); null: neither, or too large.</summary>
    public uint? Find(IprouteTable table, string word)
    {
        if (TryNumber(word, out ulong number)) return number <= LargestOf(table) ? (uint)number : null;
        return Load(table).TryGetValue(word, out uint named) ? named : null;
    }

    /// <summary>A number as C reads it with base 0.</summary>
    public static bool TryNumber(ReadOnlySpan<char> word, out ulong number)
    {
        const NumberStyles plain = NumberStyles.None;
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        if (word.Length < 2 || word[0] != '0') return ulong.TryParse(word, plain, CultureInfo.InvariantCulture, out number);
        number = 0;
        if (word.Length > 20 || word.ContainsAnyExceptInRange('0', '7')) return false;
        foreach (char digit in word) number = number * 8 + (ulong)(digit - '0');
        return true;
    }

    private static string FileOf(IprouteTable table) => table switch
    {
        IprouteTable.Tables => "rt_tables",
        IprouteTable.Protocols => "rt_protos",
        IprouteTable.Scopes => "rt_scopes",
        IprouteTable.Realms => "rt_realms",
        IprouteTable.DsField => "rt_dsfield",
        _ => "group",
    };

    private Dictionary<string, uint> Load(IprouteTable table)
    {
        if (names.TryGetValue(table, out Dictionary<string, uint>? loaded)) return loaded;
        loaded = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (string text in read(etc, usr, FileOf(table))) AddText(loaded, text, LargestOf(table));
        foreach ((string name, uint number) in BuiltIn[table]) loaded.TryAdd(name, number);
        return names[table] = loaded;
    }

    // "NUMBER NAME", # to the line's end is a comment; other lines say nothing, as for iproute2 and keepalived.
    private static void AddText(Dictionary<string, uint> to, string text, uint largest)
    {
        foreach (ReadOnlySpan<char> whole in text.AsSpan().EnumerateLines())
        {
            int comment = whole.IndexOf('#');
            string[] words = (comment < 0 ? whole : whole[..comment]).ToString().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2 && TryNumber(words[0], out ulong number) && number <= largest) to.TryAdd(words[1], (uint)number);
        }
    }
}

/// <summary>iproute2's files on this host.</summary>
internal static class IprouteFiles
{
    // As iproute2 since 6.5: a file under /etc takes the place of its namesake under /usr; the files of both .d directories are added.
    public static IReadOnlyList<string> Read(string etc, string usr, string file)
    {
        List<string> texts = [];
        if ((TryRead(Path.Combine(etc, file)) ?? TryRead(Path.Combine(usr, file))) is { } text) texts.Add(text);
        string[] own = Parts(Path.Combine(etc, file + ".d"));
        HashSet<string> replaced = [.. own.Select(p => Path.GetFileName(p))];
        string[] shared = [.. Parts(Path.Combine(usr, file + ".d")).Where(p => !replaced.Contains(Path.GetFileName(p)))];
        texts.AddRange(shared.Concat(own).Select(TryRead).OfType<string>());
        return texts;
    }

    private static string[] Parts(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.conf").Where(p => !Path.GetFileName(p).StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no such directory, or we may not look: the names in it are not known, which is told where one is used.
            return [];
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
            return null;
        }
    }
}
