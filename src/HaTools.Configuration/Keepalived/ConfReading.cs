using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>One reading of a keepalived.conf: walks blocks by their grammars and says what is amiss.</summary>
/// <param name="diagnostics">Where to say it.</param>
/// <param name="names">iproute2's names for numbers.</param>
internal sealed class ConfReading(DiagnosticBag diagnostics, IprouteNames names)
{
    // A binary file taken for a configuration has unknown words without end; the search for what was meant need not be made for each.
    private const int SuggestionLimit = 200;

    private readonly HashSet<string> variables = new(StringComparer.Ordinal);
    private int suggestions;

    public DiagnosticBag Diagnostics => diagnostics;

    /// <summary>iproute2's names for numbers.</summary>
    public IprouteNames Names { get; set; } = names;

    public void ReadBlock<T>(Grammar<T> grammar, List<ConfStatement> block, T target)
    {
        var seen = new bool[grammar.Count];
        foreach (ConfStatement statement in block)
        {
            if (!Admit(statement)) continue;
            string name = statement.Keyword.Text;
            if (!grammar.TryFind(name, out int number, out Keyword<T>? keyword))
            {
                PassOver(grammar, grammar.Harmless, statement);
                continue;
            }
            if (!keyword.Repeatable && seen[number])
                Warning("RepeatedKeyword", statement.Keyword, $"`{name}` stands more than once here; the last one holds.");
            seen[number] = true;
            if (CheckShape(grammar, keyword, statement)) keyword.Read(this, statement, target);
        }
    }

    /// <summary>Says what holds for every statement; false: there is nothing (more) to read in it.</summary>
    public bool Admit(ConfStatement statement)
    {
        if (statement.SlashTail is { } tail)
            Warning("SlashComment", tail,
                "`//` begins no comment in keepalived.conf: keepalived takes these for words and ignores them. So do we; write `#`.");
        if (statement.Words.Length == 0) return false;
        foreach (ConfWord word in statement.Words)
        {
            if (word.Text.Contains('$', StringComparison.Ordinal) && !AdmitVariable(statement, word)) return false;
            if (word.Text.Contains("~SEQ", StringComparison.Ordinal) || word.Text.Contains("~LST", StringComparison.Ordinal))
            {
                NotSupported(word, "repeating a line with `~SEQ` or `~LST`");
                return false;
            }
        }
        ConfWord first = statement.Keyword;
        if (first.Text is "include" or "includer" or "includem" or "includew" or "includeb" or "includea")
        {
            NotSupported(first, $"`{first.Text}`");
            return false;
        }
        if (!first.Quoted && first.Text.StartsWith('@'))
        {
            NotSupported(first, "a line for one configuration id (`@ID`)");
            return false;
        }
        return true;
    }

    /// <summary>As <see cref="Admit"/>, for a line of a block that is no keyword and takes no block of its own.</summary>
    public bool AdmitLine(ConfStatement line, string block)
    {
        if (!Admit(line)) return false;
        if (line.Block is null) return true;
        diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", $"A line of {block} takes no block.");
        return false;
    }

    public void Error(string code, ConfWord word, string message) => diagnostics.Error(code, word.Position, word.Text, message);

    public void Warning(string code, ConfWord word, string message) => diagnostics.Warning(code, word.Position, word.Text, message);

    public void NotSupported(ConfWord word, string what) =>
        Error("NotSupported", word, $"keepalived's {what} is not supported by this version of HaTools.");

    /// <summary>A word out of a fixed set was expected.</summary>
    public void UnknownWord(ConfWord word, string what, IReadOnlyCollection<string> known) =>
        Error("UnknownValue", word, $"`{word.Text}` is no {what}; known: {string.Join(", ", known)}.{Suggest(word.Text, known)}");

    public string Suggest(string word, IEnumerable<string> candidates) =>
        suggestions++ < SuggestionLimit ? Suggestion.Sentence(word, candidates) : "";

    /// <summary>Reports a keyword that the block does not read: harmless, not supported, misplaced or unknown.</summary>
    public void PassOver(IGrammar grammar, IReadOnlyDictionary<string, string> harmless, ConfStatement statement)
    {
        ConfWord word = statement.Keyword;
        string name = word.Text;
        string here = grammar.Block.Length == 0 ? "at the top level" : $"in `{grammar.Block}`";
        if (harmless.TryGetValue(name, out string? meaning))
        {
            // A switch that is off asks for nothing.
            if (statement.Argument(1) is not { Text: "0" or "off" or "no" or "false" }) Warning("Ignored", word, $"`{name}`: {meaning}");
        }
        else if (KeepalivedGrammar.BlocksThatRead(name) is { Count: > 0 } blocks)
        {
            Error("MisplacedKeyword", word,
                $"`{name}` does not belong {here} but {string.Join(" or ", blocks)}. Is a brace missing or too many?");
        }
        else if (KeepalivedKeywords.CapabilityOf(name) is { } capability)
        {
            string reason = KeepalivedKeywords.ReasonAgainst(name) is { } why ? $" {why}" : "";
            Error("NotSupported", word, $"keepalived's `{name}` ({capability}) is not supported by this version of HaTools.{reason}");
        }
        else
        {
            Error("UnknownKeyword", word,
                $"`{name}` is no keyword {here}.{Suggest(name, grammar.Names.Concat(harmless.Keys).Concat(KeepalivedKeywords.Names))}");
        }
    }

    /// <summary>Reports arguments from the n-th (from 1) on that a keyword has no use for.</summary>
    public void ReportSurplus(IGrammar? grammar, ConfStatement statement, int from)
    {
        if (statement.Argument(from) is not { } first) return;
        for (int i = from; i <= statement.ArgumentCount; i++)
        {
            ConfWord word = statement.Words[i];
            if (word.Quoted || grammar?.Knows(word.Text) != true) continue;
            Error("MissingLineBreak", word,
                $"`{word.Text}` must begin a line of its own: keepalived takes it for a surplus word of `{statement.Keyword.Text}`.");
            return;
        }
        string words = string.Join(' ', statement.Words[from..].Select(w => w.Text));
        diagnostics.Warning("SurplusWords", first.Position, words,
            $"`{statement.Keyword.Text}` has no use for `{words}`: keepalived ignores it, and so do we.");
    }

    private bool CheckShape<T>(Grammar<T> grammar, Keyword<T> keyword, ConfStatement statement)
    {
        ConfWord word = statement.Keyword;
        bool good = true;
        if (statement.ArgumentCount < keyword.Required)
        {
            Error("MissingValue", word, $"`{word.Text}` needs a value.");
            good = false;
        }
        ReportSurplus(grammar, statement, keyword.Allowed + 1);
        if (keyword.HasBlock && statement.Block is null)
        {
            Error("MissingBlock", word, $"`{word.Text}` needs a block: `{word.Text} … {{`.");
            good = false;
        }
        else if (!keyword.HasBlock && statement.Block is not null)
        {
            diagnostics.Error("UnexpectedBrace", statement.BlockPosition, "{", $"`{word.Text}` takes no block.");
            good = false;
        }
        return good;
    }

    private bool AdmitVariable(ConfStatement statement, ConfWord word)
    {
        ReadOnlySpan<char> text = word.Text;
        int equals = text.IndexOf('=');
        if (text[0] == '$' && equals > 1 && word == statement.Keyword)
        {
            variables.Add(text[1..equals].ToString());
            NotSupported(word, "definition of a variable (`$NAME=`)");
            return false;
        }
        for (int at = text.IndexOf('$'); at >= 0;)
        {
            ReadOnlySpan<char> rest = text[(at + 1)..];
            bool braced = rest.StartsWith("{");
            if (braced) rest = rest[1..];
            int length = 0;
            while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '_')) length++;
            string name = rest[..length].ToString();
            if (braced && name.StartsWith('_'))
            {
                NotSupported(word, $"`${{{name}}}`");
                return false;
            }
            if (length > 0 && !char.IsAsciiDigit(name[0]) && !word.Quoted && !variables.Contains(name))
                Warning("UndefinedVariable", word, $"`${name}` is not defined: keepalived leaves it as it is written, and so do we.");
            int next = rest[length..].IndexOf('$');
            at = next < 0 ? -1 : text.Length - rest.Length + length + next;
        }
        return true;
    }
}
