using System.Globalization;
using System.Net;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>A real server in a machine's IPVS table.</summary>
internal sealed record IpvsTableServer(string Address, string Forwarding, int Weight, int ActiveConnections, int InactiveConnections);

/// <summary>A service in a machine's IPVS table; of the protocol FWM the address is its mark.</summary>
/// <param name="PersistenceTicks">
/// The persistence time-out in the kernel's own ticks, which this file shows (ipvsadm shows seconds); null: none.
/// </param>
internal sealed record IpvsTableService(string Protocol, string Address, string Scheduler, int? PersistenceTicks,
    IReadOnlyList<IpvsTableServer> Servers)
{
    public IpvsTableServer? Server(string address) => Servers.FirstOrDefault(s => s.Address == address);
}

/// <summary>Reads /proc/net/ip_vs of a machine: the kernel's own text, which neither daemon had a hand in.</summary>
internal static class IpvsTable
{
    /// <summary>Whether this kernel has IPVS, after trying to load it.</summary>
    public static bool IsInKernel { get; } = Probe();

    public static IReadOnlyList<IpvsTableService> Read(LabNode node) =>
        node.IsRunning ? Parse(File.ReadAllLines($"/proc/{node.InitProcessId}/net/ip_vs")) : [];

    /// <summary>
    /// Lines like <c>TCP  C0A80178:0050 wrr persistent 50 FFFFFFFF</c> and <c>  -&gt; C0A80167:0050      Route   1      0          0</c>,
    /// after three of headings.
    /// </summary>
    public static IReadOnlyList<IpvsTableService> Parse(IEnumerable<string> lines)
    {
        var services = new List<(IpvsTableService Service, List<IpvsTableServer> Servers)>();
        foreach (string line in lines.Skip(3))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["->", var server, var forwarding, var weight, var active, var inactive])
            {
                services[^1].Servers.Add(new IpvsTableServer(EndPoint(server), forwarding, int.Parse(weight), int.Parse(active),
                    int.Parse(inactive)));
            }
            else if (words.Length >= 3)
            {
                var servers = new List<IpvsTableServer>();
                int persistent = Array.IndexOf(words, "persistent");
                int? ticks = persistent < 0 ? null : int.Parse(words[persistent + 1]);
                services.Add((new IpvsTableService(words[0], words[0] == "FWM" ? $"{uint.Parse(words[1], NumberStyles.HexNumber)}" : EndPoint(words[1]), words[2], ticks, servers), servers));
            }
        }
        return [.. services.Select(s => s.Service)];
    }

    private static string EndPoint(string hex)
    {
        uint address = uint.Parse(hex.AsSpan(0, 8), NumberStyles.HexNumber);
        byte[] bytes = [(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address];
        return new IPEndPoint(new IPAddress(bytes), int.Parse(hex.AsSpan(9), NumberStyles.HexNumber)).ToString();
    }

    private static bool Probe()
    {
        const string file = "/proc/net/ip_vs";
        if (File.Exists(file)) return true;
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/modprobe")) return false;
        using var modprobe = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/sbin/modprobe",
            ["-q", "ip_vs"]));
        modprobe?.WaitForExit();
        return File.Exists(file);
    }
}
