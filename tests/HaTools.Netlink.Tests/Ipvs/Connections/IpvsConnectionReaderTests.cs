using System.IO.Pipes;
using System.Text;
using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs;

public class IpvsConnectionReaderTests
{
    private const string Heading = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n";
    private const string OriginHeading = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n";

    [Fact]
    public void The_heading_says_which_of_the_two_files_it_is()
    {
        using IpvsConnectionReader plain = Of(Heading + "TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899\n");
        Assert.Equal(IpvsConnectionOrigin.Unknown, Assert.Single(plain.ReadAll()).Origin);
        using IpvsConnectionReader origins = Of(OriginHeading + "TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED SYNC       899\n");
        Assert.Equal(IpvsConnectionOrigin.Sync, Assert.Single(origins.ReadAll()).Origin);
        using IpvsConnectionReader none = Of(Heading);
        Assert.Empty(none.ReadAll());
    }

    [Fact]
    public void Another_file_is_told()
    {
        using IpvsConnectionReader empty = Of("");
        Assert.Contains("it is empty", Assert.Throws<InvalidDataException>(() => empty.Read(out _)).Message, StringComparison.Ordinal);
        using IpvsConnectionReader other = Of("IP Virtual Server version 1.2.1 (size=4096)\n");
        Assert.Equal(
            "a file: line 1 is not the heading of IPVS's connections: 'IP Virtual Server version 1.2.1 (size=4096)'",
            Assert.Throws<InvalidDataException>(() => other.Read(out _)).Message);
        Assert.Throws<InvalidDataException>(() => other.Read(out _));
    }

    [Fact]
    public void A_malformed_line_is_an_error_with_its_number_and_the_next_one_is_read()
    {
        using IpvsConnectionReader reader = Of(
            Heading + Line(1) + "TCP what is this\n" + Line(2) + new string('x', 100_000) + "\n" + Line(3) + "TCP C6336401 9C40");
        Assert.True(reader.Read(out _));
        Assert.Equal("a file: line 3 is not a connection: 'TCP what is this'", Malformed(reader));
        Assert.True(reader.Read(out ConnectionLine second));
        Assert.Equal(2, second.ClientPort);
        Assert.Equal("a file: line 5 is longer than 65536 bytes", Malformed(reader));
        Assert.True(reader.Read(out ConnectionLine third));
        Assert.Equal((3, 6), (third.ClientPort, reader.LineNumber));
        Assert.Equal("a file: line 7 is not a connection: 'TCP C6336401 9C40'", Malformed(reader));
        Assert.False(reader.Read(out _));

        static string Malformed(IpvsConnectionReader reader) => Assert.Throws<InvalidDataException>(() => reader.Read(out _)).Message;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void Lines_are_whole_however_the_file_comes(int atOnce)
    {
        using var reader = new IpvsConnectionReader(new Drip(Encoding.ASCII.GetBytes(Heading + string.Concat(Enumerable.Range(1, 3000).Select(Line))), atOnce), "a file");
        Assert.Equal(Enumerable.Range(1, 3000), reader.ReadAll().Select(c => c.Client.Port));
    }

    /// <summary>Nothing is kept, and nothing made for what is not wanted.</summary>
    [Fact]
    public async Task A_million_entries_from_a_pipe_take_the_memory_of_none()
    {
        const int entries = 1_000_000;
        using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new IpvsConnectionReader(new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle), "a pipe");
        Task writing = Task.Factory.StartNew(
            () =>
            {
                byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(1, 1000).Select(Line)));
                server.Write(Encoding.ASCII.GetBytes(Heading));
                for (int i = 0; i < entries / 1000; i++) server.Write(block);
                server.Dispose();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        var filter = new IpvsConnectionFilter { Server = System.Net.IPAddress.Parse("192.0.2.11"), ServerPort = 80, Templates = false };
        Assert.True(reader.Read(out _));
        int count = 1;
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.Read(out ConnectionLine line))
            if (filter.Matches(in line)) count++;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await writing;
        Assert.Equal(entries, count);
        Assert.InRange(allocated, 0, 16 * 1024);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_files_are_read_or_refused(int seed)
    {
        var random = new Random(seed);
        byte[] good = Encoding.ASCII.GetBytes(Heading + string.Concat(Enumerable.Range(1, 20).Select(Line))
            + "UDP 2001:0db8:0000:0000:0000:0000:0000:0001 0000 2001:0db8:0000:0000:0000:0000:0000:0002 0035 C000020B 0035 ASSURED         299 sip x y\n");
        int lines = good.Count(b => b == '\n') - 1;
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = [.. good];
            for (int i = random.Next(1, 6); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            using var reader = new IpvsConnectionReader(new MemoryStream(bytes), "a file");
            int errors = 0;
            int read = 0;
            while (errors <= lines + 8)
            {
                try
                {
                    if (!reader.Read(out ConnectionLine line)) break;
                    line.ToConnection();
                    read++;
                }
                catch (InvalidDataException e)
                {
                    if (e.Message.Contains("heading", StringComparison.Ordinal)) break;
                    errors++;
                }
            }

            Assert.InRange(errors + read, 0, lines + 8);
        }
    }

    private static IpvsConnectionReader Of(string text) => new(new MemoryStream(Encoding.ASCII.GetBytes(text)), "a file");

    private static string Line(int port) => $"TCP C6336401 {port:X4} C0000201 0050 C000020B 0050 ESTABLISHED     899\n";

    /// <summary>Gives so many bytes at once.</summary>
    private sealed class Drip(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atOnce));
    }
}
