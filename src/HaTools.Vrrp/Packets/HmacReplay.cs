using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace HaTools.Vrrp;

/// <summary>
/// The highest sequence number heard of each sender, for <c>auth_hmac</c>. There is room for a few senders, more than a virtual router has
/// in practice; beyond that the one that was not heard for longest is forgotten. Only what is authentic comes here, so that nobody else can
/// make it forget.
/// </summary>
internal struct HmacReplay
{
    private const int Places = 8;

    private Marks marks;
    private long clock;

    /// <summary>Takes the number of an authentic advert.</summary>
    /// <param name="source">The sender.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="now">The wall clock, seconds; with a mark further than <paramref name="window"/> from it nothing is compared, since
    /// what it could hold back is held back by the window.</param>
    /// <param name="window">Seconds; 0: marks last.</param>
    /// <returns>Whether it is above the last; if not, the advert is a replay.</returns>
    public bool TryAccept(AddressBits source, ulong sequence, uint now, int window)
    {
        ref Mark mark = ref Find(source);
        mark.LastUsed = ++clock;
        bool expired = window > 0 && Math.Abs((long)(int)(now - (uint)(mark.Sequence >> 32))) > window;
        if (mark.IsSet && !expired && !HmacSequence.IsAfter(sequence, mark.Sequence)) return false;
        mark.IsSet = true;
        mark.Sequence = sequence;
        return true;
    }

    [UnscopedRef]
    private ref Mark Find(AddressBits source)
    {
        int oldest = 0;
        for (int i = 0; i < Places; i++)
        {
            if (marks[i].LastUsed != 0 && marks[i].Source == source) return ref marks[i];
            if (marks[i].LastUsed < marks[oldest].LastUsed) oldest = i;
        }

        marks[oldest] = new Mark { Source = source };
        return ref marks[oldest];
    }

    private struct Mark
    {
        public AddressBits Source;
        public ulong Sequence;
        public long LastUsed;
        public bool IsSet;
    }

    [InlineArray(Places)]
    private struct Marks
    {
        private Mark first;
    }
}
