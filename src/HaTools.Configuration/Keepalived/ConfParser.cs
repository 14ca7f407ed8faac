using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Builds the tree of statements and blocks. It knows braces and lines, no keyword.</summary>
internal sealed class ConfParser
{
    private readonly DiagnosticBag diagnostics;
    private readonly ConfLexer lexer;
    private readonly List<ConfStatement> root = [];
    private readonly Stack<ConfStatement> open = new();
    private readonly List<ConfWord> words = [];

    private ConfParser(string text, DiagnosticBag diagnostics, bool isDamaged)
    {
        this.diagnostics = diagnostics;
        lexer = new ConfLexer(text, diagnostics, isDamaged);
    }

    /// <param name="text">The text.</param>
    /// <param name="diagnostics">Where to say what is amiss.</param>
    /// <param name="isDamaged">Whether <see cref="NotUtf8.Replacement"/> stands in it for what is not UTF-8.</param>
    public static List<ConfStatement> Parse(string text, DiagnosticBag diagnostics, bool isDamaged = false)
    {
        var parser = new ConfParser(text, diagnostics, isDamaged);
        parser.Run();
        return parser.root;
    }

    private List<ConfStatement> Current => open.TryPeek(out ConfStatement? block) ? block.Block! : root;

    private void Run()
    {
        while (true)
        {
            switch (lexer.Next())
            {
                case ConfToken.Word:
                    words.Add(lexer.Word);
                    break;
                case ConfToken.SlashTail:
                    EndStatement(lexer.Word);
                    break;
                case ConfToken.EndOfLine:
                    EndStatement(null);
                    break;
                case ConfToken.Open:
                    OpenBlock();
                    break;
                case ConfToken.Close:
                    CloseBlock();
                    break;
                case ConfToken.EndOfText:
                    EndStatement(null);
                    ReportUnclosed();
                    return;
            }
        }
    }

    private ConfStatement? EndStatement(ConfWord? slashTail)
    {
        if (words.Count == 0 && slashTail is null) return null;
        var statement = new ConfStatement([.. words]) { SlashTail = slashTail };
        words.Clear();
        Current.Add(statement);
        return statement;
    }

    private void OpenBlock()
    {
        TextPosition position = lexer.Position;
        // The brace may stand on the line after its keyword.
        ConfStatement? owner = EndStatement(null) ?? LastWithoutBlock();
        if (owner is null)
        {
            diagnostics.Error("UnexpectedBrace", position, "{", "This brace opens a block that no keyword stands before.");
            owner = new ConfStatement([]);
            Current.Add(owner);
        }
        owner.Block = [];
        owner.BlockPosition = position;
        open.Push(owner);
    }

    private ConfStatement? LastWithoutBlock()
    {
        List<ConfStatement> level = Current;
        for (int i = level.Count - 1; i >= 0; i--)
        {
            if (level[i].Words.Length > 0) return level[i].Block is null ? level[i] : null;
            if (level[i].Block is not null) return null;
        }
        return null;
    }

    private void CloseBlock()
    {
        EndStatement(null);
        if (!open.TryPop(out _))
            diagnostics.Error("UnexpectedBrace", lexer.Position, "}",
                "This brace closes nothing: a block was closed once too often, perhaps above.");
    }

    private void ReportUnclosed()
    {
        if (!open.TryPeek(out ConfStatement? innermost)) return;
        string owner = innermost.Words.Length > 0 ? $" of `{innermost.Keyword.Text}`" : "";
        diagnostics.Error("MissingBrace", innermost.BlockPosition, "{", open.Count == 1
            ? $"The block{owner} is not closed: a `}}` is missing."
            : $"The block{owner} is not closed, nor {open.Count - 1} around it: a `}}` is missing, perhaps of an inner block.");
    }
}
