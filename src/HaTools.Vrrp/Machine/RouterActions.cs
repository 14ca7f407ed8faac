using System.Runtime.InteropServices;

namespace HaTools.Vrrp;

/// <summary>
/// The caller's buffer of actions, reused from step to step: it grows to its working size once, and then nothing is allocated.
/// </summary>
internal sealed class RouterActions
{
    private readonly List<RouterAction> actions = new(64);

    public int Count => actions.Count;

    public ReadOnlySpan<RouterAction> AsSpan() => CollectionsMarshal.AsSpan(actions);

    public void Add(in RouterAction action) => actions.Add(action);

    public void Clear() => actions.Clear();
}
