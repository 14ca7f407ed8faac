using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>A keyword with its arguments on one line, and the block that follows it, if one does.</summary>
internal sealed class ConfStatement(ConfWord[] words)
{
    /// <summary>
    /// The keyword and its arguments; empty for what a stray brace opened, or for a line that is nothing but a <c>//</c> tail.
    /// </summary>
    public ConfWord[] Words { get; } = words;

    /// <summary>The rest of the line from a word that begins with <c>//</c> on, as written; null: there is none.</summary>
    public ConfWord? SlashTail { get; init; }

    /// <summary>The statements between the braces; null: no block.</summary>
    public List<ConfStatement>? Block { get; set; }

    /// <summary>Where the block's opening brace stands.</summary>
    public TextPosition BlockPosition { get; set; }

    /// <summary>The keyword.</summary>
    public ConfWord Keyword => Words[0];

    /// <summary>How many words follow the keyword.</summary>
    public int ArgumentCount => Words.Length - 1;

    /// <summary>The n-th argument, from 1; null when there are fewer.</summary>
    public ConfWord? Argument(int n) => n < Words.Length ? Words[n] : null;
}
