namespace HaTools.Configuration.Diagnostics;

/// <summary>Where in the text each place of the model was written.</summary>
internal sealed class ModelPositions
{
    private readonly Dictionary<ModelPath, TextPosition> positions = [];

    public void Note(ModelPath path, TextPosition position) => positions[path] = position;

    /// <summary>The place, or the closest thing around it that is written; line 0 when there is nothing.</summary>
    public TextPosition Find(ModelPath path)
    {
        if (positions.TryGetValue(path, out TextPosition position)) return position;
        // check.retry that was not written: the check is; nextHops[1]: the list is.
        if (path.Property?.LastIndexOfAny(['.', '[']) is > 0 and int end) return Find(path with { Property = path.Property[..end] });
        if (path.Property is not null) return Find(path with { Property = null });
        if (path.Item >= 0) return Find(path with { Item = -1 });
        if (path.List is not null) return Find(path with { List = null });
        return path.Index >= 0 ? Find(path with { Index = -1 }) : default;
    }
}
