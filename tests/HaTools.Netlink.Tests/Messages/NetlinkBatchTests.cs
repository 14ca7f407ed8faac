namespace HaTools.Netlink.Tests.Messages;

public class NetlinkBatchTests
{
    [Fact]
    public void Requests_stand_one_behind_the_other()
    {
        var batch = new NetlinkBatch();
        for (uint i = 1; i <= 2; i++)
        {
            AttributeWriter writer = batch.Begin(20, NetlinkFlags.Create);
            writer.U32(1, i);
            batch.End(writer);
        }

        Assert.Equal(2, batch.Count);
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                18000000 1400 0104 00000000 00000000  0800 0100 01000000
                18000000 1400 0104 00000000 00000000  0800 0100 02000000
                """)),
            Hex.Text(batch.Bytes));
    }

    [Fact]
    public void A_request_that_does_not_fit_is_refused_and_the_others_stay()
    {
        var batch = new NetlinkBatch();
        AttributeWriter first = batch.Begin(20, NetlinkFlags.None);
        first.U32(1, 1);
        batch.End(first);
        Assert.Throws<InvalidOperationException>(() =>
        {
            AttributeWriter second = batch.Begin(20, NetlinkFlags.None, 16);
            second.Bytes(1, new byte[17]);
            batch.End(second);
        });
        Assert.Equal(1, batch.Count);
        Assert.Equal(24, batch.Length);
    }

    [Fact]
    public void Beginning_twice_and_ending_what_was_not_begun_are_mistakes()
    {
        var batch = new NetlinkBatch();
        Assert.Throws<InvalidOperationException>(() => batch.End(default));
        batch.Begin(20, NetlinkFlags.None);
        Assert.Throws<InvalidOperationException>(() => { batch.Begin(20, NetlinkFlags.None); });
        batch.Clear();
        AttributeWriter writer = batch.Begin(20, NetlinkFlags.None);
        batch.End(writer);
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public void It_grows_to_what_is_needed()
    {
        var batch = new NetlinkBatch();
        for (int i = 0; i < 1000; i++)
        {
            AttributeWriter writer = batch.Begin(20, NetlinkFlags.None);
            writer.Bytes(1, new byte[100]);
            batch.End(writer);
        }

        var reader = new MessageReader(batch.Bytes);
        int read = 0;
        while (reader.Next()) read++;
        Assert.Equal(1000, read);
        Assert.False(reader.Malformed);
    }
}
