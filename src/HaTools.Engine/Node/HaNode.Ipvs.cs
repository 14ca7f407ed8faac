using HaTools.Engine.DataPlane;
using HaTools.Engine.HostState;

namespace HaTools.Engine;

// What holds for the node's IPVS as a whole.
internal sealed partial class HaNode
{
    private readonly TimeoutKeeper timeouts;
    private readonly ParameterKeeper parameters;

    /// <summary>Makes sure that it can be had here, before anything is changed.</summary>
    private Task RequireIpvsAsync(HaConfiguration wanted) => kernel.RunAsync(() =>
    {
        timeouts.Require(wanted.Ipvs);
        parameters.Require(wanted.Ipvs.Parameters);
    });

    private Task CarryOutIpvsAsync(HaConfiguration wanted) => kernel.RunAsync(() =>
    {
        var failures = new Failures();
        failures.Try(() => timeouts.Apply(wanted.Ipvs));
        failures.Try(() => parameters.Apply(wanted.Ipvs.Parameters));
        failures.Throw();
    });
}
