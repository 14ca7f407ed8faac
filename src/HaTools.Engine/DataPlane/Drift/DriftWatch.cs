using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Looks at a plane's table each second, and names the services that are not what is expected of them. IPVS tells nobody of its changes, so it must be asked. On a thread
/// and with a socket of its own: nothing that is written waits for a look. In a look that finds nothing no object is made for any service. A long one is repeated less often,
/// so that it takes a tenth of the time at most.
/// </summary>
/// <remarks>
/// What it finds is a suspicion: the table may be being written just now. Whoever hears of it reads those services once more, where nothing else is written.
/// </remarks>
internal sealed class DriftWatch : ITableGlance, IDisposable
{
    private const long Second = 1_000_000_000;
    private const int IdleForBusy = 9;

    /// <summary>So many looks pass before those who are tolerated are looked at again: their owners may have gone.</summary>
    private const int Tolerance = 30;

    private readonly Func<IDataPlane> open;
    private readonly Action<List<ServiceKey>> suspect;
    private readonly Action<List<ServiceKey>> strange;
    private readonly Action<string> trouble;
    private readonly WorkThread thread = new("hatools-drift");
    private readonly Lock gate = new();
    private readonly Dictionary<TableKey, Expected> expected = [];
    private readonly HashSet<TableKey> tolerated = [];
    private List<ServiceKey>? strangers;
    private bool seeksStrangers;
    private IDataPlane? plane;
    private uint look;
    private bool ticking;
    private string? told;

    /// <param name="open">Opens the plane, on the watch's thread.</param>
    /// <param name="suspect">Hears of services that are not what is expected; on the watch's thread.</param>
    /// <param name="strange">Hears of services of which nothing is expected, where these are sought; on the watch's thread.</param>
    /// <param name="trouble">Hears, once, that the table cannot be looked at.</param>
    public DriftWatch(Func<IDataPlane> open, Action<List<ServiceKey>> suspect, Action<List<ServiceKey>> strange, Action<string> trouble) =>
        (this.open, this.suspect, this.strange, this.trouble) = (open, suspect, strange, trouble);

    /// <summary>Whether it looks each second by itself; else only <see cref="Look"/> does.</summary>
    public bool Ticks { get; init; } = true;

    /// <summary>Ends when its thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>A service should be as this from now on. From any thread.</summary>
    public void Expect(ServiceKey key, PlaneService service) => Expect(key, TableDigest.OfDesired(service));

    /// <summary>A service may stay as it was read (null: away), though it is not what it should be. From any thread.</summary>
    public void Accept(ServiceKey key, PlaneService? present) => Expect(key, present is null ? null : TableDigest.Of(present));

    /// <summary>Whether services of which nothing is expected are sought, too. From any thread.</summary>
    public void SeekStrangers(bool seek)
    {
        lock (gate)
        {
            seeksStrangers = seek;
            tolerated.Clear();
        }

        if (seek) Begin();
    }

    /// <summary>A stranger may stay, for a while at least. From any thread.</summary>
    public void Tolerate(ServiceKey key)
    {
        lock (gate) _ = tolerated.Add(TableKey.Of(key));
    }

    /// <summary>Nothing is expected of a service: it is not ours, or is being written. From any thread.</summary>
    public void Forget(ServiceKey key)
    {
        lock (gate) _ = expected.Remove(TableKey.Of(key));
    }

    /// <summary>Looks once: on the watch's thread, or, where it does not look by itself, on the caller's.</summary>
    /// <returns>How many services differ.</returns>
    /// <exception cref="IOException">The kernel does not answer.</exception>
    /// <exception cref="HaEngineException">There is no plane.</exception>
    public int Look()
    {
        plane ??= open();
        lock (gate)
        {
            look++;
            strangers = null;
            if (look % Tolerance == 0) tolerated.Clear();
        }

        plane.Glance(this);
        List<ServiceKey>? found = null;
        lock (gate)
        {
            foreach (Expected one in expected.Values)
            {
                // What has come to be expected while we looked is judged by the next look.
                if (one.Since != look && one.IsAmiss(look)) (found ??= []).Add(one.Key);
            }
        }

        if (found is not null) suspect(found);
        if (strangers is not null) strange(strangers);
        return found?.Count ?? 0;
    }

    bool ITableGlance.Wants(in TableKey key)
    {
        lock (gate)
        {
            if (expected.ContainsKey(key)) return true;
            if (seeksStrangers && !tolerated.Contains(key)) (strangers ??= []).Add(key.ToServiceKey());
            return false;
        }
    }

    void ITableGlance.Saw(in TableKey key, ulong digest)
    {
        lock (gate)
        {
            ref Expected one = ref CollectionsMarshal.GetValueRefOrNullRef(expected, key);
            if (Unsafe.IsNullRef(ref one)) return;
            (one.Seen, one.Differs) = (look, one.Digest != digest);
        }
    }

    public void Dispose()
    {
        thread.Dispose();
        plane?.Dispose();
    }

    private void Expect(ServiceKey key, ulong? digest)
    {
        lock (gate) expected[TableKey.Of(key)] = new Expected { Key = key, Digest = digest, Since = look };
        Begin();
    }

    private void Begin()
    {
        lock (gate)
        {
            if (ticking || !Ticks) return;
            ticking = true;
        }

        thread.Post(() => thread.At(MonotonicClock.Now + Second, Tick));
    }

    private void Tick()
    {
        long began = MonotonicClock.Now;
        try
        {
            _ = Look();
            told = null;
        }
        catch (Exception e) when (e is IOException or HaEngineException)
        {
            // The next look tries again.
            if (told != e.Message) trouble(e.Message);
            told = e.Message;
        }

        lock (gate)
        {
            if (expected.Count == 0 && !seeksStrangers)
            {
                ticking = false;
                return;
            }
        }

        long end = MonotonicClock.Now;
        thread.At(Math.Max(began + Second, end + ((end - began) * IdleForBusy)), Tick);
    }

    private struct Expected
    {
        public required ServiceKey Key { get; init; }

        /// <summary>Null: it should not be there.</summary>
        public required ulong? Digest { get; init; }

        /// <summary>The look at or before which it came to be expected.</summary>
        public required uint Since { get; init; }

        /// <summary>The look that saw it last.</summary>
        public uint Seen { get; set; }

        public bool Differs { get; set; }

        public readonly bool IsAmiss(uint look) => Digest is null ? Seen == look : Seen != look || Differs;
    }
}
