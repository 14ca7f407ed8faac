namespace HaTools.Vrrp;

/// <summary>
/// The deadlines of a fixed number of items as a binary heap that knows where each item stands: the earliest is at hand, a change costs the
/// logarithm of the number, nothing is allocated after construction. Equal deadlines come in the order of the items.
/// </summary>
internal sealed class DeadlineHeap
{
    /// <summary>The deadline of an item that waits for nothing.</summary>
    public const long Never = long.MaxValue;

    private readonly long[] deadlines;
    private readonly int[] heap;
    private readonly int[] positions;

    /// <param name="count">The number of items; all start with <see cref="Never"/>.</param>
    public DeadlineHeap(int count)
    {
        deadlines = new long[count];
        heap = new int[count];
        positions = new int[count];
        Array.Fill(deadlines, Never);
        for (int i = 0; i < count; i++) heap[i] = positions[i] = i;
    }

    /// <summary>The number of items.</summary>
    public int Count => heap.Length;

    /// <summary>The earliest deadline; <see cref="Never"/> when there is none.</summary>
    public long Earliest => heap.Length == 0 ? Never : deadlines[heap[0]];

    /// <summary>The item of the earliest deadline; there must be one.</summary>
    public int EarliestItem => heap[0];

    public void Set(int item, long deadline)
    {
        if (deadlines[item] == deadline) return;
        deadlines[item] = deadline;
        Rise(positions[item]);
        Sink(positions[item]);
    }

    private void Rise(int position)
    {
        int item = heap[position];
        for (int parent; position > 0 && IsEarlier(item, heap[parent = (position - 1) / 2]); position = parent)
            Place(heap[parent], position);
        Place(item, position);
    }

    private void Sink(int position)
    {
        int item = heap[position];
        while (true)
        {
            int child = 2 * position + 1;
            if (child >= heap.Length) break;
            if (child + 1 < heap.Length && IsEarlier(heap[child + 1], heap[child])) child++;
            if (!IsEarlier(heap[child], item)) break;
            Place(heap[child], position);
            position = child;
        }

        Place(item, position);
    }

    private bool IsEarlier(int item, int other) =>
        deadlines[item] != deadlines[other] ? deadlines[item] < deadlines[other] : item < other;

    private void Place(int item, int position)
    {
        heap[position] = item;
        positions[item] = position;
    }
}
