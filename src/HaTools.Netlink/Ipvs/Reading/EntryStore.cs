namespace HaTools.Netlink.Ipvs;

/// <summary>
/// The messages of one dump as bytes, found by their keys: what a reading needs to compare two dumps without an object for each entry.
/// Its memory is used again for the next dump.
/// </summary>
internal sealed class EntryStore
{
    private readonly List<(EntryKey Key, int Offset, int Length)> entries = [];
    private readonly Dictionary<EntryKey, int> places = [];
    private byte[] bytes = new byte[32 * 1024];
    private int used;

    /// <summary>How many entries there are, each once.</summary>
    public int Count => entries.Count;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            (_, int offset, int length) = entries[index];
            return bytes.AsSpan(offset, length);
        }
    }

    public EntryKey KeyAt(int index) => entries[index].Key;

    public bool Contains(in EntryKey key) => places.ContainsKey(key);

    public void Clear()
    {
        entries.Clear();
        places.Clear();
        used = 0;
    }

    /// <summary>Adds a message; one with a key that is there takes the other one's place: it is the later word.</summary>
    public void Add(in EntryKey key, ReadOnlySpan<byte> message)
    {
        if (used + message.Length > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + message.Length));
        message.CopyTo(bytes.AsSpan(used));
        if (places.TryGetValue(key, out int place))
        {
            entries[place] = (key, used, message.Length);
        }
        else
        {
            places.Add(key, entries.Count);
            entries.Add((key, used, message.Length));
        }

        used += message.Length;
    }

    /// <summary>Removes the entries of some keys; the others keep their order.</summary>
    public void Remove(List<EntryKey> gone)
    {
        if (gone.Count == 0) return;
        entries.RemoveAll(e => gone.Contains(e.Key));
        places.Clear();
        for (int i = 0; i < entries.Count; i++) places.Add(entries[i].Key, i);
    }
}
