using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>Network namespaces for tests: the table, the connections and the parameters of IPVS are the namespace's own.</summary>
internal static class IpvsNamespace
{
    public static void InNamespace(Action<IpvsClient> test)
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            // Where no interface is up the kernel knows no address that is not local, and takes no real server.
            Run("ip", "link", "set", "lo", "up");
            using IpvsClient client = IpvsClient.Open();
            test(client);
        });
    }
}
