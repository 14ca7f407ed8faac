using System.CommandLine;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Node;
using HaTools.Node.Commands;
using HaTools.Node.Commands.Ipvs;

var root = new RootCommand("A node of HaTools: VRRP, virtual addresses, health checks and IPVS. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such node.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    RealServerCommand.Create(),
    StatusCommand.Create(),
    ReloadCommand.Create(),
    AnnounceCommand.Create(),
    DrainCommand.Create(),
    RestoreServerCommand.Create(),
    StopCommand.Create(),
    IpvsCommands.Create(),
};
ParseResult parsed = root.Parse(args);
try
{
    int code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
}
catch (NodeControlException e)
{
    Console.Error.WriteLine($"hanode: {e.Message}");
    return e.Error == NodeControlException.Unreachable ? ExitCode.NotRunning : ExitCode.Failure;
}
catch (Exception e) when (e is HaEngineException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"hanode: {e.Message}");
    return ExitCode.Failure;
}
