namespace HaTools.Configuration.Diagnostics;

/// <summary>
/// Names a place in the model, in the words of the native language: <c>vrrpInstances[0].virtualAddresses[1].label</c>. The front-ends
/// note where in their text each place was written, so that a rule that knows only the model is reported with line and column.
/// </summary>
/// <param name="Section">The key at the top.</param>
/// <param name="Index">The element of that list; -1: none.</param>
/// <param name="List">The list within the element, or null.</param>
/// <param name="Item">The element of that inner list; -1: none.</param>
/// <param name="Property">
/// The keys below that, dotted where records nest and with an index where lists do (<c>check.retry</c>, <c>nextHops[1].gateway</c>); null: the
/// object itself.
/// </param>
internal sealed record ModelPath(string Section, int Index = -1, string? List = null, int Item = -1, string? Property = null)
{
    /// <summary>A property of the object.</summary>
    public ModelPath Key(string key) => this with { Property = Property is null ? key : $"{Property}.{key}" };

    /// <summary>An element of a list of the object.</summary>
    public ModelPath Element(string list, int item) =>
        Index >= 0 && List is null && Property is null ? this with { List = list, Item = item } : Key($"{list}[{item}]");

    public override string ToString()
    {
        string text = Section;
        if (Index >= 0) text += $"[{Index}]";
        if (List is not null) text += $".{List}";
        if (Item >= 0) text += $"[{Item}]";
        return Property is null ? text : $"{text}.{Property}";
    }
}
