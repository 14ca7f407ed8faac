using System.Buffers.Binary;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>An advert on the wire.</summary>
/// <param name="Time">When the kernel saw it, in nanoseconds of the wall clock.</param>
/// <param name="Sender">The last byte of the sender's IPv4 address.</param>
/// <param name="RouterId">The virtual router id.</param>
/// <param name="Priority">0: the sender gives up.</param>
internal readonly record struct TracedAdvert(long Time, byte Sender, byte RouterId, byte Priority);

/// <summary>
/// The adverts (IPv4) on a machine's interface with the kernel's own time stamps, which no late wake-up of an observer spoils: tcpdump writes, and this reads
/// the file while it grows.
/// </summary>
internal sealed class AdvertTrace : IAsyncDisposable
{
    private const string TracePath = "/tmp/adverts.pcap";
    private const int FileHeader = 24, RecordHeader = 16, Ethernet = 14;
    private readonly LabProcess tcpdump;
    private readonly FileStream file;
    private readonly List<TracedAdvert> adverts = [];
    private byte[] pending = [];
    private bool begun;

    private AdvertTrace(LabProcess tcpdump, FileStream file) => (this.tcpdump, this.file) = (tcpdump, file);

    public static async Task<AdvertTrace> StartAsync(LabNode node, string card, CancellationToken stop)
    {
        LabProcess tcpdump = node.Start("tcpdump", "-i", card, "-n", "-U", "-B", "65536", "--immediate-mode", "--time-stamp-precision=nano",
            "-Z", "root", "-w", TracePath, "ip proto 112");
        for (int tries = 0; !tcpdump.Output.Contains("listening on", StringComparison.Ordinal); tries++)
        {
            if (tries > 500) throw new LabException($"tcpdump does not listen: {tcpdump.Output}");
            await Task.Delay(20, stop).ConfigureAwait(false);
        }

        return new AdvertTrace(tcpdump, new FileStream(node.PathOf(TracePath), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
    }

    /// <summary>All adverts so far; the list goes on to grow with the next call.</summary>
    public IReadOnlyList<TracedAdvert> Read()
    {
        byte[] more = new byte[file.Length - file.Position];
        file.ReadExactly(more);
        byte[] bytes = [.. pending, .. more];
        int at = 0;
        if (!begun && bytes.Length >= FileHeader)
        {
            begun = true;
            at = FileHeader;
        }

        while (begun && at + RecordHeader <= bytes.Length)
        {
            ReadOnlySpan<byte> header = bytes.AsSpan(at);
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            if (at + RecordHeader + length > bytes.Length) break;
            long time = (BinaryPrimitives.ReadUInt32LittleEndian(header) * 1_000_000_000L) + BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            Add(time, bytes.AsSpan(at + RecordHeader, length));
            at += RecordHeader + length;
        }

        pending = bytes[at..];
        return adverts;
    }

    public void Forget()
    {
        _ = Read();
        adverts.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await tcpdump.DisposeAsync().ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(long time, ReadOnlySpan<byte> frame)
    {
        if (frame.Length < Ethernet + 20) return;
        ReadOnlySpan<byte> ip = frame[Ethernet..];
        int header = (ip[0] & 15) * 4;
        if (ip.Length >= header + 8) adverts.Add(new TracedAdvert(time, ip[15], ip[header + 1], ip[header + 2]));
    }
}
