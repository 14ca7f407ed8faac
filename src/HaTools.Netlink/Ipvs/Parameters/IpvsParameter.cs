using System.Globalization;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// A parameter of IPVS, <c>net.ipv4.vs.NAME</c> (Documentation/networking/ipvs-sysctl.rst; ranges as in
/// net/netfilter/ipvs/ip_vs_ctl.c, which takes some values that mean nothing).
/// </summary>
public sealed record IpvsParameter
{
    /// <summary>The name: <c>expire_nodest_conn</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What its value is written as.</summary>
    public IpvsParameterKind Kind { get; init; } = IpvsParameterKind.Switch;

    /// <summary>What a number counts: <c>s</c>, <c>bytes</c>, <c>pages</c>, <c>packets</c> …; empty: a number without a unit.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The least number that means something.</summary>
    public long Minimum { get; init; }

    /// <summary>The greatest number that means something.</summary>
    public long Maximum { get; init; } = 1;

    /// <summary>What the kernel begins with; null: it depends on the machine.</summary>
    public string? Default { get; init; } = "0";

    /// <summary>
    /// The first release that has it, by the kernel's history (distributions have some in earlier ones); null: from before 2.6.36.
    /// </summary>
    public Version? Since { get; init; }

    /// <summary>What a kernel needs to have it: a build option, a module; null: nothing more than IPVS.</summary>
    public string? Needs { get; init; }

    /// <summary>The module that brings it; null: IPVS itself does, where it was built so.</summary>
    public string? Module { get; init; }

    /// <summary>Whether the kernel changes between the values 1 and 2 by itself: either says that it may.</summary>
    public bool SwitchesItself { get; init; }

    /// <summary>For whom it holds and who may write it.</summary>
    public IpvsParameterScope Scope { get; init; }

    /// <summary>What it means, in a sentence or two.</summary>
    public required string Meaning { get; init; }

    /// <summary>The range in words: <c>0 to 3</c>.</summary>
    public string Range => Kind switch
    {
        IpvsParameterKind.Switch => "0 (off) or 1 (on)",
        IpvsParameterKind.PowerOfTwo => $"a power of two from {Minimum} to {Maximum}",
        IpvsParameterKind.Threshold => "two numbers: a threshold, and a period that is above it or 0",
        IpvsParameterKind.ProcessorList => "a list of processors (0-3,6), all, or nothing",
        _ => $"{Minimum} to {Maximum}",
    };

    /// <summary>Why a value cannot be meant, in words; null: it can.</summary>
    /// <param name="value">The value as it would be written.</param>
    public string? Refuse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        bool good = Kind switch
        {
            IpvsParameterKind.PowerOfTwo => IsInRange(value, out long number) && long.IsPow2(number),
            IpvsParameterKind.Threshold => IsThreshold(value),
            IpvsParameterKind.ProcessorList => IsProcessorList(value),
            _ => IsInRange(value, out _),
        };
        return good ? null : $"net.ipv4.vs.{Name}: '{value}' is not {Range}{(Unit.Length > 0 ? $" ({Unit})" : "")}";
    }

    /// <summary>
    /// A value as it is written into the file: decimal, since the kernel takes 010 for 8, and two numbers with a tab between them, as it shows them.
    /// </summary>
    /// <param name="value">One that is not refused.</param>
    public string Normalize(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Kind == IpvsParameterKind.ProcessorList ? value : string.Join('\t', Words(value).Select(NumberOf));
    }

    /// <summary>
    /// Whether two values say the same: what was written and what is read, which differ in blanks, in how a list of processors is told, and
    /// where the kernel itself has gone from 1 to 2 (<see cref="SwitchesItself"/>).
    /// </summary>
    /// <param name="value">A value.</param>
    /// <param name="other">Another one.</param>
    public bool IsSame(string value, string other)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(other);
        if (Kind == IpvsParameterKind.ProcessorList) return ProcessorsOf(value).SequenceEqual(ProcessorsOf(other));
        return Words(value).SequenceEqual(Words(other), StringComparer.Ordinal)
            || Normalize(value) == Normalize(other) || (SwitchesItself && IsAutomatic(value) && IsAutomatic(other));
    }

    /// <summary>As <c>net.ipv4.vs.expire_nodest_conn</c>.</summary>
    public override string ToString() => $"net.ipv4.vs.{Name}";

    private bool IsInRange(string value, out long number) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= Minimum && number <= Maximum;

    private static string[] Words(string value) => value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static string NumberOf(string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : word;

    private static bool IsAutomatic(string value) => NumberOf(value) is "1" or "2";

    /// <summary>The parts of a list with its ranges of numbers spelled out: the kernel joins 0,1,2 to 0-2.</summary>
    private static IEnumerable<string> ProcessorsOf(string list)
    {
        const int most = 1 << 16;
        List<string> parts = [];
        foreach (string part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length <= 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && last - first is >= 0 and < most)
                parts.AddRange(Enumerable.Range(first, last - first + 1).Select(n => n.ToString(CultureInfo.InvariantCulture)));
            else parts.Add(part);
        }

        return parts.Distinct().Order(StringComparer.Ordinal);
    }

    private static bool IsThreshold(string value)
    {
        string[] words = Words(value);
        return words.Length == 2 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int threshold)
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int period) && (threshold < period || period == 0);
    }

    /// <summary>The kernel knows its processors; what is checked here is that it is a list at all.</summary>
    private static bool IsProcessorList(string value) =>
        value.Length == 0 || value.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetter(c) || c is ',' or '-' or ':' or '/');
}

/// <summary>How the value of a parameter is written.</summary>
public enum IpvsParameterKind
{
    /// <summary>0 or 1; the kernel takes any other number for 1.</summary>
    Switch,

    /// <summary>A number of a range.</summary>
    Number,

    /// <summary>A power of two of a range.</summary>
    PowerOfTwo,

    /// <summary>Two numbers: sync_threshold.</summary>
    Threshold,

    /// <summary>A list of processors: est_cpulist.</summary>
    ProcessorList,
}

/// <summary>For whom a parameter holds.</summary>
public enum IpvsParameterScope
{
    /// <summary>The network namespace.</summary>
    Namespace,

    /// <summary>The network namespace; read-only where that belongs to another user namespace than the host's (rootless containers).</summary>
    PrivilegedNamespace,

    /// <summary>The whole host; read-only in other network namespaces than the first.</summary>
    Host,
}

/// <summary>A parameter that this kernel has.</summary>
/// <param name="Name">The name.</param>
/// <param name="Parameter">What is known of it; null: it is of a later kernel than this library.</param>
/// <param name="Value">The value, as the kernel writes it; two numbers have a tab between them.</param>
public readonly record struct IpvsParameterValue(string Name, IpvsParameter? Parameter, string Value);
