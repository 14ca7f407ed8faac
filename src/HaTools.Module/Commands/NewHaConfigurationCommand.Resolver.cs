using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

public sealed partial class NewHaConfigurationCommand
{
    /// <summary>
    /// How names of real servers are resolved: a hashtable of NameServers (addresses, with ports where they differ from 53; default: those of /etc/resolv.conf), Timeout (2 s), LeastTtl (1 s), LongestTtl (1 h)
    /// and EmptyHold (1 min), how long addresses are kept that a name has no more.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(ResolverSettings))]
    public ResolverSettings? Resolver { get; set; }
}
