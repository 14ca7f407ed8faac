using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests;

/// <summary>A kernel that has IPVS under a family id of its own, and answers its requests by a delegate.</summary>
internal sealed class FakeIpvs : IDisposable
{
    private const ushort Family = 0x1d;

    private readonly FakeKernel kernel;

    public FakeIpvs(Func<FakeRequest, IEnumerable<byte[]>> answer) => kernel = new FakeKernel(request =>
    {
        if (request.Type == 1) return FakeKernel.End(request, 0);
        if (request.Type == Family) return answer(Last = request);
        Lookup = request;
        return
        [
            FakeKernel.Message(16, 0, request.Sequence, Hex.Bytes("""
                01 02 0000
                0900 0200 49505653 00000000         # CTRL_ATTR_FAMILY_NAME IPVS
                0600 0100 1d000000                  # CTRL_ATTR_FAMILY_ID
                0800 0300 01000000                  # CTRL_ATTR_VERSION
                0800 0400 00000000                  # CTRL_ATTR_HDRSIZE
                1c00 0780 1800 0100 0800 0200 05000000 0a00 0100 6576656e 7400 0000    # CTRL_ATTR_MCAST_GROUPS
                """)),
        ];
    });

    public FakeRequest? Lookup { get; private set; }

    /// <summary>The last one for IPVS.</summary>
    public FakeRequest Last { get => field ?? throw new InvalidOperationException("There was none."); private set; }

    /// <summary>How many datagrams came after the look-up.</summary>
    public int Datagrams => kernel.Datagrams.Count - 1;

    /// <summary>A client that owns the kernel.</summary>
    public IpvsClient Client() => new(new NetlinkSocket(kernel));

    public void Dispose() => kernel.Dispose();
}
