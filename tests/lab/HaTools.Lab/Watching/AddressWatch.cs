using System.Net;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>
/// Looks, all the time, at which machines hold a virtual address on a card (lo does not count: nobody is answered from there).
/// </summary>
internal sealed class AddressWatch : IAsyncDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(5);

    private readonly IPAddress address;
    private readonly Dictionary<string, HeldAddress?> holders = [];
    private readonly List<Task> loops = [];
    private readonly Lock guard = new();
    private readonly Action<LabNode, bool>? changed;
    private readonly bool wantsCarrier;
    private volatile bool stopping;

    /// <summary>Begins to look.</summary>
    /// <param name="address">The virtual address.</param>
    /// <param name="changed">Told, on a thread of the watch's own, that a machine has got or lost the address.</param>
    /// <param name="wantsCarrier">An address on an interface without carrier does not count: FRR never takes it off its macvlan, but the carrier from that.</param>
    public AddressWatch(string address, Action<LabNode, bool>? changed = null, bool wantsCarrier = false)
    {
        this.wantsCarrier = wantsCarrier;
        this.address = IPAddress.Parse(address);
        this.changed = changed;
    }

    /// <summary>Includes a machine; again after each of its boots.</summary>
    public void Add(LabNode node)
    {
        lock (guard)
        {
            holders[node.Name] = null;
            loops.Add(NamespaceThread.Start(node, "address watch", () => Loop(node, node.InitProcessId)));
        }
    }

    /// <summary>The machines that hold the address now.</summary>
    public IReadOnlyList<string> Holders
    {
        get
        {
            lock (guard) return [.. holders.Where(h => h.Value is not null).Select(h => h.Key)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        stopping = true;
        Task[] all;
        lock (guard) all = [.. loops];
        await Task.WhenAll(all).ConfigureAwait(false);
    }

    private void Loop(LabNode node, int life)
    {
        while (!stopping && node.InitProcessId == life)
        {
            // FindIndex, not FirstOrDefault: a struct's default is no answer.
            List<HeldAddress> all = AddressReader.Read();
            int index = all.FindIndex(a => a.Address.Equals(address) && a.Interface != "lo" && (!wantsCarrier || a.IsOnRunningInterface));
            Note(node, index < 0 ? null : all[index]);
            Thread.Sleep(pause);
        }
        if (!stopping) Note(node, null); // it is off, and holds nothing
    }

    private void Note(LabNode node, HeldAddress? held)
    {
        lock (guard)
        {
            if (holders[node.Name] == held) return;
            bool told = holders[node.Name].HasValue != held.HasValue;
            holders[node.Name] = held;
            if (told) changed?.Invoke(node, held is not null);
        }
    }
}
