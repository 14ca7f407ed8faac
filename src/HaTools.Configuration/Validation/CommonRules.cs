using System.Buffers;
using System.Globalization;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules that several kinds of object share.</summary>
internal static class CommonRules
{
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n\v\f\u00A0\u3000/");

    /// <summary>Times that HaTools counts with: up to 100 days.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(100);

    public static void Name(RuleFindings findings, ModelPath path, string name, string what)
    {
        if (name.Length is 0 or > 128 || name.Any(c => char.IsControl(c) || char.IsSurrogate(c)) || name != name.Trim())
            findings.Error("InvalidName", path, name,
                $"A {what} has 1 to 128 characters, none of them a control character, no blanks around.");
    }

    /// <summary>
    /// An interface's name as the kernel has it (dev_valid_name): 1 to 15 bytes without blanks and slashes, and a colon means an alias.
    /// </summary>
    public static bool IsInterfaceName(string name) =>
        name.Length is > 0 and <= 15 && name is not ("." or "..") && !name.AsSpan().ContainsAny(Blanks)
            && !name.Contains(':', StringComparison.Ordinal)
        && System.Text.Encoding.UTF8.GetByteCount(name) <= 15 && !name.Any(char.IsControl);

    public static void Interface(RuleFindings findings, ModelPath path, string name)
    {
        if (!IsInterfaceName(name))
            findings.Error("InvalidInterface", path, name,
                $"`{name}` is no interface name: 1 to 15 characters without blanks, `/` and `:`.");
    }

    public static void FirewallTable(RuleFindings findings, ModelPath path, string? table)
    {
        if (table is not null && (table.Length is 0 or > 200 || !(char.IsAsciiLetter(table[0]) || table[0] == '_') || !table.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '/')))
            findings.Error("InvalidName", path, table, $"`{table}` is no name of an nftables table.");
    }

    public static void Range(RuleFindings findings, ModelPath path, int value, int least, int most, string what)
    {
        if (value < least || value > most)
        {
            string text = value.ToString(CultureInfo.InvariantCulture);
            findings.Error("ValueOutOfRange", path, text, $"{text} is no {what}: {least} to {most}.");
        }
    }

    public static void Time(RuleFindings findings, ModelPath path, TimeSpan value, bool zeroAllowed, string what)
    {
        if (value > LongestTime || value < TimeSpan.Zero || (value == TimeSpan.Zero && !zeroAllowed))
        {
            string text = Durations.Format(value);
            findings.Error("ValueOutOfRange", path, text, $"{text} is no {what}: {(zeroAllowed ? "from 0" : "more than 0")} to 100 days.");
        }
    }

    public static void TimeRange(RuleFindings findings, ModelPath path, TimeSpan value, TimeSpan least, TimeSpan most, string what)
    {
        if (value >= least && value <= most) return;
        string text = Durations.Format(value);
        findings.Error("ValueOutOfRange", path, text, $"{text} is no {what}: {Durations.Format(least)} to {Durations.Format(most)}.");
    }

    public static void UniqueName(RuleFindings findings, ModelPath path, string name, string what, HashSet<string> names)
    {
        Name(findings, path, name, $"{what}'s name");
        if (!names.Add(name)) findings.Error("DuplicateName", path, name, $"There is a {what} `{name}` already.");
    }

    /// <summary>A command line: a program at least, quotes closed.</summary>
    public static void Command(RuleFindings findings, ModelPath path, string command)
    {
        if (string.IsNullOrWhiteSpace(command))
        {
            findings.Error("MissingValue", path, command, "A command needs a program.");
            return;
        }
        if (command.Contains('\0', StringComparison.Ordinal))
            findings.Error("InvalidCommand", path, null, "A command holds no NUL character.");
        if (OpenQuote(command) is { } open) findings.Error("UnterminatedQuote", path, command, $"The command's {open} is not closed.");
        if (command.TrimStart() is ['"', '"', ' ', ..] or ['\'', '\'', ' ', ..] or "\"\"" or "''")
            findings.Error("MissingValue", path, command, "A command needs a program.");
    }

    /// <summary>Whether a text may stand in a line of a protocol: ASCII without blanks, and something of it.</summary>
    public static bool IsOneWord(string text) => text.Length > 0 && text.All(c => c is > ' ' and <= '~');

    public static void Weight(RuleFindings findings, ModelPath path, int weight) => Range(findings, path, weight, -ModelRanges.MostWeight, ModelRanges.MostWeight, "weight");

    // The engine's rules of a command line: a backslash takes the next character as it is, but not between ' and '.
    private static char? OpenQuote(string command)
    {
        char? open = null;
        for (int i = 0; i < command.Length; i++)
        {
            char c = command[i];
            if (c == '\\' && open != '\'') i++;
            else if (open is null && c is '"' or '\'') open = c;
            else if (c == open) open = null;
        }
        return open;
    }
}
