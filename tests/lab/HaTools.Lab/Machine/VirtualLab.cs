using System.Net;

namespace HaTools.Lab.Machine;

/// <summary>
/// Machines on networks, on this one host: see <see cref="LabNode"/>. The networks are bridges in a machine of their own, "switch", so
/// that nothing appears among the host's own interfaces. Disposing takes everything away; so does the end of this process, however it
/// ends.
/// </summary>
internal sealed class VirtualLab : IAsyncDisposable
{
    private const string SwitchName = "switch";
    private static readonly string machineFolder = Path.Combine(AppContext.BaseDirectory, "lab/machine");
    private static readonly Lock folders = new(); // one process may have several labs, below one folder
    private static int count;

    private readonly Dictionary<string, LabNode> nodes = [];
    private readonly string folder;
    private readonly LabNode theSwitch;
    private readonly int number;

    private VirtualLab()
    {
        // One process may have several labs: each gets a number of its own below the owner's pid.
        folder = Path.Combine(LabLeftovers.Folder, $"{Environment.ProcessId}");
        number = Interlocked.Increment(ref count);
        theSwitch = new LabNode(this, new LabNodeSpec(SwitchName, []));
    }

    public IReadOnlyCollection<LabNode> Nodes => nodes.Values;

    public LabNode this[string name] => nodes[name];

    /// <summary>The machine that is the switch: tcpdump there (on the network's name) sees everything.</summary>
    public LabNode Switch => theSwitch;

    /// <summary>The machine whose card has a hardware address; null: none.</summary>
    public LabNode? OwnerOf(string hardwareAddress) => nodes.Values.FirstOrDefault(
        node => node.Spec.Interfaces.Any(card => HardwareAddressOf(node, card.Name) == hardwareAddress));

    /// <summary>The machine that has an address of its own, or the link-local one that a card's hardware address makes; null: none.</summary>
    public LabNode? OwnerOf(IPAddress address)
    {
        return nodes.Values.FirstOrDefault(node => node.Spec.MoreAddresses.Any(IsIt) || node.Spec.Interfaces.Any(card =>
            LinkLocalOf(HardwareAddressOf(node, card.Name)).Equals(address) || card.Addresses.Any(IsIt)));

        bool IsIt(string own) => IPAddress.Parse(own.Split('/')[0]).Equals(address);
    }

    /// <summary>Boots the machines.</summary>
    public static async Task<VirtualLab> StartAsync(IEnumerable<LabNodeSpec> specs, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess) throw new LabException("the lab makes namespaces: it must run as root");
        LabLeftovers.Remove();
        var lab = new VirtualLab();
        try
        {
            await lab.StartMachineAsync(lab.theSwitch, stop).ConfigureAwait(false);
            foreach (LabNodeSpec spec in specs) lab.nodes.Add(spec.Name, new LabNode(lab, spec));
            string[] networks = [.. lab.nodes.Values.SelectMany(n => n.Spec.Interfaces).Select(i => i.Network).Distinct()];
            await IpAsync(lab.theSwitch,
                networks.Select(n => $"link add {n} type bridge mcast_snooping 0 forward_delay 0\nlink set {n} up"), stop)
                    .ConfigureAwait(false);
            foreach (LabNode node in lab.nodes.Values) await lab.BootAsync(node, stop).ConfigureAwait(false);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal async Task BootAsync(LabNode node, CancellationToken stop)
    {
        if (node.IsRunning) throw new LabException($"machine {node.Name} is on already");
        await StartMachineAsync(node, stop).ConfigureAwait(false);
        node.Spec.Furnish?.Invoke(node);
        await IpAsync(theSwitch, node.Spec.Interfaces.Select(card =>
            $"link add {PortOf(node, card.Name)} type veth peer name {card.Name} " +
            $"address {HardwareAddressOf(node, card.Name)} netns {node.InitProcessId}\n" +
            $"link set {PortOf(node, card.Name)} master {card.Network} up"), stop).ConfigureAwait(false);
        await IpAsync(node, node.Spec.Interfaces.Select(card =>
            string.Concat(card.Addresses.Select(a => $"addr add {a} {(a.Contains(':') ? "nodad" : "broadcast +")} dev {card.Name}\n"))
            + $"link set {card.Name} up"), stop)
                .ConfigureAwait(false);
    }

    internal async Task SetPortAsync(LabNode node, string card, bool up, CancellationToken stop) =>
        await IpAsync(theSwitch, [$"link set {PortOf(node, card)} {(up ? "up" : "down")}"], stop).ConfigureAwait(false);

    // -force: one that is gone already is no reason to leave the next.
    internal Task RemovePortsAsync(LabNode node) =>
        RunIpAsync(theSwitch, ["-force"], node.Spec.Interfaces.Select(card => $"link delete {PortOf(node, card.Name)}"),
            CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (LabNode node in (IEnumerable<LabNode>)[.. nodes.Values, theSwitch])
        {
            await node.EndAsync().ConfigureAwait(false);
        }
        lock (folders)
        {
            foreach (LabNode node in (IEnumerable<LabNode>)[.. nodes.Values, theSwitch])
            {
                if (Directory.Exists(MountPointOf(node))) Directory.Delete(MountPointOf(node));
            }
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
    }

    private async Task StartMachineAsync(LabNode node, CancellationToken stop)
    {
        lock (folders) Directory.CreateDirectory(MountPointOf(node));
        await node.StartInitAsync(MountPointOf(node), machineFolder, stop).ConfigureAwait(false);
    }

    private static async Task IpAsync(LabNode node, IEnumerable<string> commands, CancellationToken stop) =>
        (await RunIpAsync(node, [], commands, stop).ConfigureAwait(false)).OrThrow();

    // One program for many commands: starting one costs 30 ms in the kernel lab. Only the network is entered: the pids named in commands
    // are the lab's.
    private static Task<CommandResult> RunIpAsync(LabNode node, string[] options, IEnumerable<string> commands, CancellationToken stop)
    {
        string batch = string.Join('\n', commands) + '\n';
        IEnumerable<string> words = [$"--net=/proc/{node.InitProcessId}/ns/net", "ip", .. options, "-batch", "-"];
        return Command.RunAsync("nsenter", words, batch, TimeSpan.FromMinutes(1), stop);
    }

    private string MountPointOf(LabNode node) => Path.Combine(folder, $"{number}-{node.Name}");

    // RFC 4291 appendix A.
    private static IPAddress LinkLocalOf(string hardwareAddress)
    {
        byte[] mac = Convert.FromHexString(hardwareAddress.Replace(":", "", StringComparison.Ordinal));
        return new IPAddress([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (byte)(mac[0] ^ 2), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]]);
    }

    /// <summary>The switch's end of a card's cable.</summary>
    private string PortOf(LabNode node, string card)
    {
        (int machine, int slot) = PlaceOf(node, card);
        return $"port{machine}.{slot}";
    }

    /// <summary>A card keeps its address over boots, as cards do: its neighbours remember it.</summary>
    internal string HardwareAddressOf(LabNode node, string card)
    {
        (int machine, int slot) = PlaceOf(node, card);
        return $"02:0c:29:{number & 255:x2}:{machine:x2}:{slot:x2}";
    }

    private (int Machine, int Slot) PlaceOf(LabNode node, string card) =>
        (nodes.Keys.ToList().IndexOf(node.Name), node.Spec.Interfaces.ToList().FindIndex(i => i.Name == card));
}
