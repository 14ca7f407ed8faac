namespace HaTools.Configuration;

/// <summary>Names that the domain name system can be asked for.</summary>
internal static class DomainNames
{
    // RFC 1035 section 2.3.4: 255 bytes on the wire, where a length stands before each label and the root ends it.

    /// <summary>How many characters a label has at most.</summary>
    public const int LongestLabel = 63;

    /// <summary>How many a name has, without the dot at its end.</summary>
    public const int Longest = 253;

    /// <summary>Whether it is one: labels of ASCII characters with dots between them, no blanks and no backslash; a dot alone is the root.</summary>
    public static bool IsName(string name)
    {
        if (name == ".") return true;
        string whole = name.EndsWith('.') ? name[..^1] : name;
        return whole.Length <= Longest && whole.Split('.').All(l => l.Length is > 0 and <= LongestLabel && l.All(c => c is > ' ' and <= '~' and not '\\'));
    }
}
