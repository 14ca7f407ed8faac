using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>
/// What the model and the languages can say and the engine does not do yet: refused here, so that nothing is read and then forgotten. A line goes when
/// its feature is built.
/// </summary>
internal static class UnbuiltRules
{
    private static readonly (string Property, Func<VrrpInstance, bool> Asked)[] OfInstance =
    [
        ("vrf", i => i.Vrf is not null),
    ];

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            var path = new ModelPath("vrrpInstances", i);
            foreach ((string property, Func<VrrpInstance, bool> asked) in OfInstance)
            {
                if (asked(instance)) Refuse(findings, path with { Property = property }, property);
            }
        }
    }

    private static void Refuse(RuleFindings findings, ModelPath path, string property) =>
        findings.Error("NotSupported", path, null, $"`{property}` is not supported by this version of HaTools.");
}
