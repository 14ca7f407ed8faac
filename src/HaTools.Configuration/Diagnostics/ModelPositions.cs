namespace HaTools.Configuration.Diagnostics;

/// <summary>Where in the text each place of the model was written.</summary>
internal sealed class ModelPositions
{
    // Looked up only where something is amiss: until then it is enough to have them.
    private readonly List<NotedPlace> noted = [];
    private readonly Dictionary<ModelPath, NotedPlace> places = [];

    public void Note(ModelPath path, TextPosition position) => noted.Add(new NotedPlace(path, position));

    /// <summary>The place, or the closest thing around it that is written; line 0 when there is nothing.</summary>
    public TextPosition Find(ModelPath path)
    {
        foreach (NotedPlace place in noted) places[place.Path] = place;
        noted.Clear();
        if (places.TryGetValue(path, out NotedPlace? found)) return found.Position;
        // check.retry that was not written: the check is; nextHops[1]: the list is.
        if (path.Property?.LastIndexOfAny(['.', '[']) is > 0 and int end) return Find(path with { Property = path.Property[..end] });
        if (path.Property is not null) return Find(path with { Property = null });
        if (path.Item >= 0) return Find(path with { Item = -1 });
        if (path.List is not null) return Find(path with { List = null });
        return path.Index >= 0 ? Find(path with { Index = -1 }) : default;
    }

    private sealed record NotedPlace(ModelPath Path, TextPosition Position);
}
