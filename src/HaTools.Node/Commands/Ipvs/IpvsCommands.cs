using System.CommandLine;

namespace HaTools.Node.Commands.Ipvs;

/// <summary><c>hanode ipvs</c>: the kernel's own table, whoever wrote it; no node need run.</summary>
internal static class IpvsCommands
{
    public static Command Create() => new("ipvs", "The kernel's IPVS table in this network namespace, whoever wrote it. It needs CAP_NET_ADMIN, and no node.")
    {
        ListCommand.Create(),
        ConnectionsCommand.Create(),
        TotalsCommand.Create(),
        SaveCommand.Create(),
        RestoreCommand.Create(),
    };
}
