using HaTools.Linux;

namespace HaTools.Engine.HostState;

/// <summary>What <see cref="SecondaryPromotion.Hold"/> has found.</summary>
internal enum Promotion
{
    /// <summary>It was on before any of us: nothing is held, and nothing will be given back.</summary>
    WasOn,

    /// <summary>It is on by our doing, or a predecessor's.</summary>
    IsOurs,

    /// <summary>It had to be set.</summary>
    WasSet,
}

/// <summary>
/// promote_secondaries, which keeps the host's addresses where the primary of their subnet goes. It is set while anybody of the node needs it on an interface
/// (VRRP as long as it carries virtual addresses, the keeper of static addresses while it removes some), and given back with the last of them; a file
/// remembers it for the successor of an engine that was killed. May be called from any thread in the node's network namespace.
/// </summary>
/// <param name="file">The file; null: nothing is remembered.</param>
/// <param name="tell">Hears that it could not be remembered, or what was remembered not be read.</param>
internal sealed class SecondaryPromotion(string? file = null, Action<string>? tell = null)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<object>> holders = [];
    private SysctlState? state;
    private SysctlKeeper? keeper;

    /// <summary>The parameter of an interface, under /proc/sys.</summary>
    public static string PathOf(string device) => $"net/ipv4/conf/{device}/promote_secondaries";

    /// <summary>Sets it on an interface, unless it is on for that or for all, until the holder lets go.</summary>
    /// <exception cref="HaEngineException">It cannot be set.</exception>
    public Promotion Hold(string device, object holder)
    {
        lock (gate)
        {
            string path = PathOf(device);
            SysctlKeeper ours = Keeper();
            bool isOurs = state!.Sysctls.ContainsKey(path);
            if (!isOurs && (Sysctl.Read("net/ipv4/conf/all/promote_secondaries") == "1" || Sysctl.Read(path) == "1")) return Promotion.WasOn;
            bool wasSet;
            try
            {
                wasSet = ours.Set(path, "1") is not null;
            }
            catch (HaEngineException) when (!isOurs)
            {
                // Nothing was changed, so that there is nothing to give back.
                _ = state.Sysctls.Remove(path);
                Save();
                throw;
            }

            if (!holders.TryGetValue(path, out HashSet<object>? all)) holders.Add(path, all = []);
            _ = all.Add(holder);
            return wasSet ? Promotion.WasSet : Promotion.IsOurs;
        }
    }

    /// <summary>The holder needs it no more: it is given back with the last of them. What a predecessor left stays until the stop.</summary>
    /// <exception cref="HaEngineException">It cannot be given back.</exception>
    public void Release(string device, object holder)
    {
        lock (gate)
        {
            string path = PathOf(device);
            if (!holders.TryGetValue(path, out HashSet<object>? all) || !all.Remove(holder) || all.Count > 0) return;
            _ = holders.Remove(path);
            GiveBack(p => p != path);
        }
    }

    /// <summary>Holds it on interfaces until the result is disposed of, where it can be held: else they are as for everybody who removes an address there.</summary>
    public IDisposable HoldWhile(IEnumerable<string> devices)
    {
        var hold = new Moment(this);
        foreach (string device in devices) hold.Add(device);
        return hold;
    }

    /// <summary>The node stops: all is given back, also what a predecessor has left.</summary>
    /// <exception cref="HaEngineException">It cannot be given back.</exception>
    public void RestoreAll()
    {
        lock (gate)
        {
            holders.Clear();
            GiveBack(_ => false);
        }
    }

    private void GiveBack(Func<string, bool> isWanted)
    {
        try
        {
            Keeper().Restore(isWanted);
        }
        finally
        {
            Save();
        }
    }

    // Not before it is needed: what the file says is about the network namespace of the thread that reads it.
    private SysctlKeeper Keeper()
    {
        if (keeper is not null) return keeper;
        state = file is null ? new SysctlState() : SysctlState.Load(file, tell);
        object predecessor = this;
        foreach (string path in state.Sysctls.Keys) holders[path] = [predecessor];
        return keeper = new SysctlKeeper("promotion of secondary addresses", state.Sysctls, Save);
    }

    // The host's addresses count for more than that it is remembered.
    private void Save()
    {
        if (file is null) return;
        try
        {
            state!.Save(file);
        }
        catch (HaEngineException e)
        {
            tell?.Invoke($"promotion of secondary addresses: {e.Message}");
        }
    }

    private sealed class Moment(SecondaryPromotion promotion) : IDisposable
    {
        private readonly List<string> held = [];

        public void Add(string device)
        {
            try
            {
                _ = promotion.Hold(device, this);
                held.Add(device);
            }
            catch (HaEngineException)
            {
                // In a container /proc/sys may be read-only.
            }
        }

        public void Dispose()
        {
            foreach (string device in held)
            {
                try
                {
                    promotion.Release(device, this);
                }
                catch (HaEngineException)
                {
                    // It has become read-only since. It is remembered, and told at the stop.
                }
            }
        }
    }
}
