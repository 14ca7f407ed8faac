using System.Globalization;
using System.Text;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>
/// Chooses names as keepalived does: PREFIX.VRID, and where another virtual interface of this node or somebody else's interface has that, PREFIX1.VRID, PREFIX2.VRID …
/// (for IPv6 PREFIX6.VRID before those). A prefix that makes the name too long is cut.
/// </summary>
internal sealed class VirtualInterfaceNames
{
    // IFNAMSIZ without the NUL (linux/if.h).
    private const int MostBytes = 15;

    private readonly IReadOnlyCollection<PlannedInterface> inForce;
    private readonly HashSet<string> taken;
    private readonly Func<PlannedInterface, bool> isStrangers;

    /// <param name="configuration">Its own names, of virtual and of other interfaces, are taken.</param>
    /// <param name="inForce">What stands now keeps its generated name.</param>
    /// <param name="isStrangers">Whether the host has an interface of a planned one's name that it cannot be.</param>
    public VirtualInterfaceNames(
        HaConfiguration configuration, IReadOnlyCollection<PlannedInterface> inForce, Func<PlannedInterface, bool> isStrangers)
    {
        (this.inForce, this.isStrangers) = (inForce, isStrangers);
        taken = [.. configuration.VrrpInstances.Select(i => i.Interface)];
        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            if (instance.VirtualInterface?.Name is { } name) taken.Add(name);
        }
    }

    public string Choose(PlannedInterface wanted, int virtualRouterId)
    {
        PlannedInterface? present = inForce.FirstOrDefault(i => i.Prefix == wanted.Prefix && i.IsSameAs(wanted));
        if (present is not null && !isStrangers(wanted with { Name = present.Name }) && taken.Add(present.Name)) return present.Name;
        foreach (string number in Numbers(wanted.Family))
        {
            string name = Compose(wanted.Prefix!, number, virtualRouterId);

            // A name in force goes to its owner, who may come later in the configuration.
            bool isOthers = inForce.Any(i => i.Name == name && !i.IsSameAs(wanted) && i.Prefix is not null);
            if (!isOthers && !isStrangers(wanted with { Name = name }) && taken.Add(name)) return name;
        }

        throw new InvalidOperationException("Numbers do not end.");
    }

    private static IEnumerable<string> Numbers(int family)
    {
        yield return "";
        if (family == 6) yield return "6";
        for (int number = 1; ; number++)
        {
            if (family == 6 && number == 6) continue;
            yield return number.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static string Compose(string prefix, string number, int virtualRouterId)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"{number}.{virtualRouterId}");
        while (Encoding.UTF8.GetByteCount(prefix) + end.Length > MostBytes) prefix = prefix[..^1];
        return prefix + end;
    }
}
