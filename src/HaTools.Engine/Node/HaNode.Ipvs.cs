using HaTools.Engine.DataPlane;

namespace HaTools.Engine;

// What holds for the node's IPVS as a whole.
internal sealed partial class HaNode
{
    private readonly TimeoutKeeper timeouts;

    /// <summary>Makes sure that it can be had here, before anything is changed.</summary>
    private Task RequireIpvsAsync(HaConfiguration wanted) => kernel.RunAsync(() => timeouts.Require(wanted.Ipvs));

    private Task CarryOutIpvsAsync(HaConfiguration wanted) => kernel.RunAsync(() => timeouts.Apply(wanted.Ipvs));
}
