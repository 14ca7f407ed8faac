using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>
/// What the model and the languages can say and the engine does not do yet: refused here, so that nothing is read and then forgotten. A line goes when
/// its feature is built.
/// </summary>
internal static class UnbuiltRules
{
    private static readonly (string Property, Func<HaConfiguration, bool> Asked)[] OfNode =
    [
        ("firewall", c => c.Firewall != new FirewallSettings()),
    ];

    private static readonly (string Property, Func<VrrpInstance, bool> Asked)[] OfInstance =
    [
        ("virtualInterface", i => i.VirtualInterface is not null),
        ("virtualMacForAddresses", i => i.VirtualMacForAddresses),
        ("vrf", i => i.Vrf is not null),
        ("accept", i => !i.Accept),
    ];

    private static readonly (string Property, Func<VirtualAddress, bool> Asked)[] OfAddress =
    [
        ("useVirtualMac", a => a.UseVirtualMac),
    ];

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        foreach ((string property, Func<HaConfiguration, bool> asked) in OfNode)
        {
            if (asked(configuration)) Refuse(findings, new ModelPath(property), property);
        }

        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            var path = new ModelPath("vrrpInstances", i);
            foreach ((string property, Func<VrrpInstance, bool> asked) in OfInstance)
            {
                if (asked(instance)) Refuse(findings, path with { Property = property }, property);
            }

            CheckAddresses(findings, instance.VirtualAddresses, a => path.Element("virtualAddresses", a));
            CheckAddresses(findings, instance.ExcludedAddresses, a => path.Element("excludedAddresses", a));
        }
    }

    private static void CheckAddresses(RuleFindings findings, ValueList<VirtualAddress> addresses, Func<int, ModelPath> path)
    {
        for (int a = 0; a < addresses.Count; a++)
        {
            foreach ((string property, Func<VirtualAddress, bool> asked) in OfAddress)
            {
                if (asked(addresses[a])) Refuse(findings, path(a).Key(property), property);
            }
        }
    }

    private static void Refuse(RuleFindings findings, ModelPath path, string property) =>
        findings.Error("NotSupported", path, null, $"`{property}` is not supported by this version of HaTools.");
}
