using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>A word of a keepalived.conf, without its quotes and with its escapes resolved.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Position">Where it begins (at the quote, if it has one).</param>
/// <param name="Quoted">Whether any of it was quoted.</param>
internal sealed record ConfWord(string Text, TextPosition Position, bool Quoted)
{
    /// <summary>Nothing, nowhere.</summary>
    public static ConfWord None { get; } = new("", default, false);
}
