using HaTools.Configuration.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HaTools.Configuration.Yaml;

/// <summary>
/// Builds the tree from YamlDotNet's events. It is ours rather than YamlDotNet's representation model, so that duplicate keys are all told,
/// each with its place, and so that neither depth nor aliases can hurt.
/// </summary>
internal sealed class YamlTreeBuilder
{
    private const int DeepestNesting = 64;

    private readonly string text;
    private readonly DiagnosticBag diagnostics;
    private readonly Dictionary<string, YamlNode> anchors = new(StringComparer.Ordinal);
    private readonly Stack<Frame> open = new();
    private readonly bool hasSurrogates;
    private List<int>? lineStarts;
    private YamlNode? root;
    private int documents;

    private YamlTreeBuilder(string text, DiagnosticBag diagnostics)
    {
        this.text = text;
        this.diagnostics = diagnostics;
        hasSurrogates = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;
    }

    /// <summary>The text's one document; null: it is empty, or (with an error among the diagnostics) it is not well formed.</summary>
    public static YamlNode? Build(string text, DiagnosticBag diagnostics)
    {
        var builder = new YamlTreeBuilder(text.TrimStart('\uFEFF'), diagnostics);
        try
        {
            builder.Run();
        }
        catch (YamlException e)
        {
            diagnostics.Error("YamlSyntax", builder.At(e.Start), null, $"This is not well-formed YAML: {e.Message.TrimEnd('.')}.");
            return null;
        }
        return builder.root;
    }

    private void Run()
    {
        var parser = new Parser(new StringReader(text));
        while (Advance(parser))
        {
            if (!Take(parser.Current!)) return;
        }
    }

    // On some malformed plain scalars YamlDotNet 16 throws this instead of its own exception (found by fuzzing).
    private static bool Advance(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException e)
        {
            Mark last = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(last, last, "what follows here cannot be read", e);
        }
    }

    // False: there is no sense in reading on.
    private bool Take(ParsingEvent e)
    {
        switch (e)
        {
            case DocumentStart when ++documents > 1:
                diagnostics.Error("SecondDocument", At(e.Start), null, "A configuration is one document; here begins a second.");
                return false;
            case Scalar scalar:
                Add(new YamlScalar(At(e.Start), scalar.Value, scalar.Style == ScalarStyle.Plain), scalar);
                return true;
            case SequenceStart sequence:
                return Open(new YamlList(At(e.Start)), sequence);
            case MappingStart mapping:
                return Open(new YamlMap(At(e.Start)), mapping);
            case SequenceEnd or MappingEnd:
                open.Pop();
                return true;
            case AnchorAlias alias:
                TakeAlias(alias);
                return true;
            default:
                return true;
        }
    }

    private bool Open(YamlNode node, NodeEvent e)
    {
        Add(node, e);
        open.Push(new Frame(node));
        if (open.Count <= DeepestNesting) return true;
        diagnostics.Error("TooDeep", node.Position, null, $"No configuration nests deeper than {DeepestNesting}.");
        return false;
    }

    private void TakeAlias(AnchorAlias alias)
    {
        if (anchors.TryGetValue(alias.Value.Value, out YamlNode? node) && !open.Any(frame => frame.Node == node))
        {
            Place(node, At(alias.Start));
            return;
        }
        diagnostics.Error("UnknownAnchor", At(alias.Start),
            $"*{alias.Value.Value}", $"There is no finished `&{alias.Value.Value}` before this.");
        Place(new YamlScalar(At(alias.Start), "", true), At(alias.Start));
    }

    private void Add(YamlNode node, NodeEvent e)
    {
        if (!e.Anchor.IsEmpty) anchors[e.Anchor.Value] = node;
        if (!e.Tag.IsEmpty) diagnostics.Error("UnsupportedTag", node.Position, $"{e.Tag}", $"Tags are not supported: `{e.Tag}`.");
        Place(node, node.Position);
    }

    private void Place(YamlNode node, TextPosition position)
    {
        if (!open.TryPeek(out Frame? frame))
        {
            root ??= node;
            return;
        }
        switch (frame.Node)
        {
            case YamlList list:
                list.Items.Add(node);
                break;
            case YamlMap map when frame.KeyTaken:
                frame.KeyTaken = false;
                if (frame.Key is { } key) map.Entries.Add((key, node));
                break;
            case YamlMap:
                frame.KeyTaken = true;
                frame.Key = TakeKey(frame, node, position);
                break;
        }
    }

    // Null: the value that follows is dropped, an error has been told.
    private YamlScalar? TakeKey(Frame frame, YamlNode node, TextPosition position)
    {
        if (node is not YamlScalar key)
        {
            diagnostics.Error("InvalidKey", position, null, "A key is a word, not a list or a map.");
            return null;
        }
        if (frame.Known.Add(key.Text)) return key;
        diagnostics.Error("DuplicateKey", position, key.Text, $"`{key.Text}` stands here already.");
        return null;
    }

    // YamlDotNet counts columns in UTF-16 units; ours are characters.
    private TextPosition At(Mark mark)
    {
        int line = (int)Math.Max(1, mark.Line);
        int column = (int)Math.Max(1, mark.Column);
        if (!hasSurrogates) return new TextPosition(line, column);
        lineStarts ??= FindLineStarts();
        int start = line <= lineStarts.Count ? lineStarts[line - 1] : text.Length;
        int pairs = 0;
        for (int i = start; i < text.Length && i < start + column - 1; i++)
        {
            if (char.IsLowSurrogate(text[i])) pairs++;
        }
        return new TextPosition(line, column - pairs);
    }

    private List<int> FindLineStarts()
    {
        List<int> starts = [0];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') starts.Add(i + 1);
        }
        return starts;
    }

    private sealed class Frame(YamlNode node)
    {
        public YamlNode Node { get; } = node;

        public HashSet<string> Known { get; } = new(StringComparer.Ordinal);

        public bool KeyTaken { get; set; }

        public YamlScalar? Key { get; set; }
    }
}
