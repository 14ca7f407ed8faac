namespace HaTools.Vrrp;

/// <summary>
/// What was already reported about the peers of an instance, so that each is reported once. There is room for a few peers, more than a
/// virtual router has in practice; beyond that the longest known is forgotten, and might be reported again.
/// </summary>
internal sealed class PeerNotes
{
    private readonly Note[] notes = new Note[4];
    private int next;

    /// <summary>Notes the checksum form of a peer's advert, where it is not ours.</summary>
    /// <returns>Whether this is new.</returns>
    public bool NoteForm(AddressBits peer, ChecksumForms form)
    {
        ref Note note = ref Find(peer);
        bool isNew = (note.Forms & form) == 0;
        note.Forms |= form;
        return isNew;
    }

    /// <summary>Notes whether a peer's address list agrees with ours.</summary>
    /// <returns>Whether it differs and did not before.</returns>
    public bool NoteAddressList(AddressBits peer, bool differs)
    {
        ref Note note = ref Find(peer);
        bool isNew = differs && !note.ListDiffers;
        note.ListDiffers = differs;
        return isNew;
    }

    /// <summary>Notes whether a peer's interval agrees with ours.</summary>
    /// <returns>Whether it differs and did not before.</returns>
    public bool NoteInterval(AddressBits peer, bool differs)
    {
        ref Note note = ref Find(peer);
        bool isNew = differs && !note.IntervalDiffers;
        note.IntervalDiffers = differs;
        return isNew;
    }

    /// <summary>Notes that a peer claims to be the owner of the addresses, as we do.</summary>
    /// <returns>Whether this is new.</returns>
    public bool NoteRivalOwner(AddressBits peer)
    {
        ref Note note = ref Find(peer);
        bool isNew = !note.IsRivalOwner;
        note.IsRivalOwner = true;
        return isNew;
    }

    /// <summary>Notes how a peer's clock stands to ours.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="skewed">Whether it is far from ours.</param>
    /// <param name="right">Whether it is near. In between nothing changes, so that a clock that is just on the border is told once.</param>
    /// <returns>Whether it is far and was not before.</returns>
    public bool NoteClock(AddressBits peer, bool skewed, bool right)
    {
        ref Note note = ref Find(peer);
        bool isNew = skewed && !note.ClockSkewed;
        note.ClockSkewed = skewed || (note.ClockSkewed && !right);
        return isNew;
    }

    public void Clear()
    {
        Array.Clear(notes);
        next = 0;
    }

    private ref Note Find(AddressBits peer)
    {
        for (int i = 0; i < notes.Length; i++)
        {
            if (notes[i].Peer == peer) return ref notes[i];
        }

        ref Note fresh = ref notes[next];
        next = (next + 1) % notes.Length;
        fresh = new Note { Peer = peer };
        return ref fresh;
    }

    private struct Note
    {
        public AddressBits Peer;
        public ChecksumForms Forms;
        public bool ListDiffers;
        public bool IntervalDiffers;
        public bool IsRivalOwner;
        public bool ClockSkewed;
    }
}
