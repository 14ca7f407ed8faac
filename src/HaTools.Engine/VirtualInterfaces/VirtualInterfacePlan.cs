using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>
/// Which virtual interfaces a configuration needs, what they are called, and what stands where. Pure: of the host it knows the names that it is told.
/// </summary>
internal sealed class VirtualInterfacePlan
{
    private readonly Dictionary<string, string> advertInterfaces = [];
    private readonly Dictionary<(string Instance, IPAddress Address, string? Device), string> carriers = [];
    private readonly Dictionary<string, PlannedInterface> byName = [];
    private readonly HashSet<IPAddress> virtualAddresses = [];

    private VirtualInterfacePlan()
    {
    }

    /// <summary>A plan without virtual interfaces.</summary>
    public static VirtualInterfacePlan None { get; } = new();

    public IReadOnlyCollection<PlannedInterface> Interfaces => byName.Values;

    /// <summary>Makes the plan of a configuration.</summary>
    /// <param name="configuration">A valid configuration.</param>
    /// <param name="inForce">The plan in force: what it has keeps its name, so that a reload renames nothing.</param>
    /// <param name="isStrangers">Whether the host has an interface of a planned one's name that it cannot be; null: it has none.</param>
    public static VirtualInterfacePlan Make(HaConfiguration configuration, VirtualInterfacePlan inForce, Func<PlannedInterface, bool>? isStrangers = null)
    {
        var plan = new VirtualInterfacePlan();
        var names = new VirtualInterfaceNames(configuration, inForce.Interfaces, isStrangers ?? (static _ => false));
        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            if (instance.VirtualInterface is { } asked) plan.AddOfInstance(instance, asked, configuration, names);
        }

        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            foreach (VirtualAddress address in instance.VirtualAddresses.Concat(instance.ExcludedAddresses))
            {
                plan.virtualAddresses.Add(address.Address);
                plan.AddOfAddress(instance, address, configuration, names);
            }
        }

        return plan;
    }

    /// <summary>The interface that an instance's adverts leave from and come in on.</summary>
    public string AdvertInterface(VrrpInstance instance) => advertInterfaces.GetValueOrDefault(instance.Name, instance.Interface);

    /// <summary>The interface that an instance's address stands on.</summary>
    public string CarrierOf(VrrpInstance instance, VirtualAddress address) =>
        carriers.GetValueOrDefault((instance.Name, address.Address, address.Device), address.Device ?? instance.Interface);

    /// <summary>Whether another plan has an instance and its addresses on interfaces of the same names.</summary>
    public bool PlacesAlike(VrrpInstance instance, VirtualInterfacePlan other) => AdvertInterface(instance) == other.AdvertInterface(instance)
        && instance.VirtualAddresses.Concat(instance.ExcludedAddresses).All(a => CarrierOf(instance, a) == other.CarrierOf(instance, a));

    /// <summary>The virtual interface of a name; null: it is none of the plan's.</summary>
    public PlannedInterface? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The virtual interface that an instance has asked for; null: none.</summary>
    public PlannedInterface? OfInstance(VrrpInstance instance) => instance.VirtualInterface is null
        ? null
        : byName.Values.FirstOrDefault(i => i.Instance == instance.Name && i.Parent == instance.Interface);

    /// <summary>Whether an address is one of the configuration's virtual ones.</summary>
    public bool IsVirtual(IPAddress address) => virtualAddresses.Contains(address);

    /// <summary>The MAC address of a virtual router (RFC 9568 section 7.3).</summary>
    public static PhysicalAddress VirtualRouterMac(int family, int virtualRouterId) =>
        new([0x00, 0x00, 0x5e, 0x00, (byte)(family == 4 ? 1 : 2), (byte)virtualRouterId]);

    private static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4;

    private void AddOfInstance(VrrpInstance instance, VirtualInterface asked, HaConfiguration configuration, VirtualInterfaceNames names)
    {
        bool macvlan = asked.Kind == VirtualInterfaceKind.Macvlan;
        int family = instance.AddressFamily;
        bool sends = !asked.TransmitOnBase;
        var planned = new PlannedInterface
        {
            Name = "",
            Parent = instance.Interface,
            Kind = asked.Kind,
            MacAddress = macvlan ? asked.MacAddress ?? VirtualRouterMac(family, instance.VirtualRouterId) : null,
            Family = family,
            Instance = instance.Name,
            Prefix = asked.Name is null ? configuration.VirtualMacPrefix : null,
            Group = asked.Group,
            Mode = asked.Mode,

            // An IPv6 source that is configured stands on the macvlan too, since adverts come from there.
            Address = macvlan ? sends && family == 6 ? instance.SourceAddress : null : asked.Address,
            PrefixLength = macvlan ? 64 : asked.PrefixLength ?? (family == 6 ? 128 : 32),
            NeedsLinkLocal = macvlan && sends && family == 6,
            HasIpv4 = family == 4,
            HasIpv6 = family == 6,
        };
        planned = planned with { Name = asked.Name ?? names.Choose(planned, instance.VirtualRouterId) };
        byName.TryAdd(planned.Name, planned);
        if (sends) advertInterfaces[instance.Name] = planned.Name;
    }

    private void AddOfAddress(VrrpInstance instance, VirtualAddress address, HaConfiguration configuration, VirtualInterfaceNames names)
    {
        int family = FamilyOf(address.Address);
        bool atHome = address.Device is null || address.Device == instance.Interface;
        bool isOfInstance = family == instance.AddressFamily;
        if (atHome && instance.VirtualInterface is { } own && (isOfInstance || own.Kind == VirtualInterfaceKind.Ipvlan))
        {
            Place(instance, address, OfInstance(instance)!);
            return;
        }

        bool wantsOwnMac = address.UseVirtualMac || (instance.VirtualMacForAddresses && !(atHome && isOfInstance));
        if (!wantsOwnMac) return;
        var planned = new PlannedInterface
        {
            Name = "",
            Parent = address.Device ?? instance.Interface,
            Kind = VirtualInterfaceKind.Macvlan,
            MacAddress = instance.VirtualInterface?.MacAddress ?? VirtualRouterMac(family, instance.VirtualRouterId),
            Family = family,
            Instance = instance.Name,
            Prefix = configuration.VirtualMacAddressPrefix ?? configuration.VirtualMacPrefix,
            PrefixLength = 64,
        };

        // One MAC address on an interface is one macvlan, whoever asks for it.
        PlannedInterface? present = byName.Values.FirstOrDefault(planned.IsSameAs);
        if (present is null)
        {
            present = planned with { Name = names.Choose(planned, instance.VirtualRouterId) };
            byName.Add(present.Name, present);
        }

        Place(instance, address, present);
    }

    private void Place(VrrpInstance instance, VirtualAddress address, PlannedInterface on)
    {
        carriers[(instance.Name, address.Address, address.Device)] = on.Name;
        bool six = FamilyOf(address.Address) == 6;
        byName[on.Name] = on with { HasIpv4 = on.HasIpv4 || !six, HasIpv6 = on.HasIpv6 || six };
    }
}
