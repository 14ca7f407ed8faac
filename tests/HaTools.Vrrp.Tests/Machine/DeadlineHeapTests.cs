namespace HaTools.Vrrp.Tests.Machine;

public class DeadlineHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(1000)]
    public void The_earliest_is_always_at_hand(int count)
    {
        var random = new Random(count);
        var heap = new DeadlineHeap(count);
        long[] expected = new long[count];
        Array.Fill(expected, DeadlineHeap.Never);
        for (int step = 0; step < 20_000; step++)
        {
            int item = random.Next(count);
            long deadline = random.Next(10) == 0 ? DeadlineHeap.Never : random.Next(200);
            heap.Set(item, expected[item] = deadline);
            long earliest = expected.Min();
            Assert.Equal(earliest, heap.Earliest);
            Assert.Equal(Array.IndexOf(expected, earliest), heap.EarliestItem);
        }
    }

    [Fact]
    public void No_items_no_deadline() => Assert.Equal(DeadlineHeap.Never, new DeadlineHeap(0).Earliest);
}
