using HaTools.Linux;
using HaTools.Netlink.Netfilter;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests;

/// <summary>What is heard of nftables.</summary>
public class NfTablesMonitorTests
{
    // linux/netfilter/nf_tables.h: subsystem 10, NFT_MSG_NEWRULE 6, NFT_MSG_NEWGEN 15.
    private static readonly byte[] Rule = Hex.Bytes("02 00 0000  0900 0100 6d696e6500 000000  0800 0200 6f757400");
    private static readonly byte[] Generation = Hex.Bytes("00 00 0000  0800 0100 00000007");

    [Fact]
    public void The_table_of_each_change_is_told_and_generations_are_passed_over()
    {
        var kernel = new FakeKernel(_ => []);
        using var monitor = new NfTablesMonitor(kernel);
        kernel.Push([.. FakeKernel.Message(0x0a0f, 0, 0, Generation), .. FakeKernel.Message(0x0a06, 0, 0, Rule)]);
        kernel.Push([]);
        Assert.True(monitor.TryRead(out string? table));
        Assert.Equal("mine", table);
        Assert.True(monitor.TryRead(out table));
        Assert.Null(table);
        Assert.False(monitor.TryRead(out _));
    }

    [Fact]
    public void A_malformed_notification_is_an_error_and_the_next_one_is_read()
    {
        var kernel = new FakeKernel(_ => []);
        using var monitor = new NfTablesMonitor(kernel);
        kernel.Push([.. FakeKernel.Message(0x0a06, 0, 0, Rule[..10]), .. FakeKernel.Message(0x0a06, 0, 0, Rule)]);
        Assert.Throws<NetlinkException>(() => monitor.TryRead(out _));
        Assert.True(monitor.TryRead(out string? table));
        Assert.Equal("mine", table);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_notifications_end_in_a_table_or_in_an_error(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++)
        {
            byte[] bytes = [.. FakeKernel.Message(0x0a06, 0, 0, Rule), .. FakeKernel.Message(0x0a0f, 0, 0, Generation)];
            for (int changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var kernel = new FakeKernel(_ => []);
            kernel.Push(random.Next(4) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes);
            using var monitor = new NfTablesMonitor(kernel);
            try
            {
                while (monitor.TryRead(out _))
                {
                }
            }
            catch (NetlinkException)
            {
                // What a malformed notification is to end in.
            }
        }
    }

    [NftFact]
    public void What_nft_does_is_heard()
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            using NfTablesMonitor monitor = NfTablesMonitor.Open();
            Run("nft", "add", "table", "ip", "mine");
            Assert.True(monitor.TryRead(out string? table));
            Assert.Equal("mine", table);
            while (monitor.TryRead(out _))
            {
            }

            Run("nft", "flush", "ruleset");
            Assert.True(monitor.TryRead(out table));
            Assert.Equal("mine", table);
        });
    }
}
