using System.Management.Automation;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Linux;
using HaTools.Netlink;

namespace HaTools.Module.Errors;

/// <summary>The catalogue: every error of the cmdlets, by id.</summary>
internal static class HaErrors
{
    public const string NodeNotRunningId = "NodeNotRunning";
    public const string NodeChangedId = "NodeChanged";
    private const string RunAsRoot = "Run as root, or grant CAP_NET_ADMIN and CAP_NET_RAW.";

    public static HaError NodeNotRunning(string? node, IReadOnlyList<string> running)
    {
        string message = node is null ? "No node runs on this machine." : $"No node named '{node}' runs on this machine.";
        string advice = running.Count == 0
            ? "Start one: Start-HaNode -Path FILE. To build a configuration without a node: New-HaConfiguration | Add-IpvsService ..."
            : $"These run: {string.Join(", ", running)}.";
        return new HaError(NodeNotRunningId, ErrorCategory.ResourceUnavailable, message, advice, node);
    }

    public static HaError NodeNotNamed(IReadOnlyList<string> running) => new(
        "NodeNotNamed", ErrorCategory.InvalidArgument,
        $"Several nodes run on this machine ({string.Join(", ", running)}) and none of them is 'default'.",
        "Say which one with -Node.");

    public static HaError NodeBusy(string node, string message, Exception? cause = null) =>
        new("NodeBusy", ErrorCategory.ResourceBusy, message, "Stop it first (Stop-HaNode), or choose another -Name.", node, cause);

    public static HaError ConfigurationInvalid(IEnumerable<HaConfigurationDiagnostic> diagnostics)
    {
        HaConfigurationDiagnostic[] all = [.. diagnostics];
        HaConfigurationDiagnostic[] errors = [.. all.Where(d => d.Severity == HaDiagnosticSeverity.Error)];
        string lines = string.Join(Environment.NewLine, errors.Select(d => d.ToString()));
        return new HaError("ConfigurationInvalid", ErrorCategory.InvalidData, lines, Target: all);
    }

    public static HaError ConfigurationNotFound(string path, Exception? cause = null) => new(
        "ConfigurationNotFound", ErrorCategory.ObjectNotFound, $"The configuration file '{path}' does not exist.", "Check the path.",
        path, cause);

    public static HaError ConfigurationUnreadable(string path, Exception cause) =>
        new("ConfigurationUnreadable", ErrorCategory.ReadError, $"'{path}' cannot be read: {cause.Message}", Target: path, Cause: cause);

    public static HaError FileExists(string path) =>
        new("FileExists", ErrorCategory.ResourceExists, $"'{path}' exists already.", "Overwrite it with -Force.", path);

    public static HaError InstanceExists(string name) => new(
        "VrrpInstanceExists", ErrorCategory.ResourceExists, $"There is already a VRRP instance named '{name}'.",
        "Choose another -Name, or change the configuration and apply it with Update-HaNode.", name);

    public static HaError ServiceExists(string id) => new(
        "IpvsServiceExists", ErrorCategory.ResourceExists, $"There is already a service {id}.",
        "Change the configuration and apply it with Update-HaNode.", id);

    public static HaError NotOfThisCheck(string type, string parameter) => new(
        "ParameterOfOtherCheck", ErrorCategory.InvalidArgument, $"-{parameter} says nothing to a check of type {type}.", "Leave it out, or choose another -Type.", parameter);

    public static HaError NeededByCheck(string type, string parameter) => new(
        "CheckIncomplete", ErrorCategory.InvalidArgument, $"A check of type {type} needs -{parameter}.", $"Give it with -{parameter}.", parameter);

    public static HaError ServiceNeedsOneKey() => new(
        "IpvsServiceNeedsOneKey", ErrorCategory.InvalidArgument, "A service is found by an address and a port, by a firewall mark, or by those of a group.",
        "Give -VirtualAddress (192.0.2.1:80), -FirewallMark, or -Group.", null);

    public static HaError ServiceNotFound(string? id, IEnumerable<string> known)
    {
        string names = string.Join("; ", known);
        return new HaError(
            "IpvsServiceNotFound", ErrorCategory.ObjectNotFound,
            id is null ? "Which service is meant is not clear." : $"There is no service {id}.",
            names.Length == 0 ? "Add it first: Add-IpvsService." : $"Name one with -Service: {names}.", id);
    }

    public static HaError RealServerExists(string id, string service) => new(
        "IpvsRealServerExists", ErrorCategory.ResourceExists, $"Service {service} already has the real server {id}.",
        "Change the configuration and apply it with Update-HaNode.", id);

    public static HaError AddressOrHostName() => new(
        "AddressOrHostName", ErrorCategory.InvalidArgument, "A real server has an address, or a name that has some.", "Give either -Address or -HostName.");

    public static HaError RealServerNotFound(string id, string service) => new(
        "IpvsRealServerNotFound", ErrorCategory.ObjectNotFound, $"Service {service} has no real server {id}.", "(Get-HaNode).Services shows what there is.", id);

    public static HaError RealServerNotDrained(string id, string service, long connections) => new(
        "IpvsRealServerNotDrained", ErrorCategory.OperationTimeout, $"The time of {id} of {service} is over, and {connections} active connections are left.",
        "Suspend-IpvsRealServer with another -Timeout goes on; Resume-IpvsRealServer ends it.", id);

    public static HaError InvalidAddress(string text, string form) =>
        new("InvalidAddress", ErrorCategory.InvalidArgument, $"'{text}' is not {form}.", Target: text);

    public static HaError InstanceNotFound(string name, IEnumerable<string> known)
    {
        string names = string.Join(", ", known);
        return new HaError(
            "VrrpInstanceNotFound", ErrorCategory.ObjectNotFound, $"No running node has a VRRP instance named '{name}'.",
            names.Length == 0 ? null : $"There are: {names}.", name);
    }

    public static HaError OperationTimeout(string message, object? target) =>
        new("OperationTimeout", ErrorCategory.OperationTimeout, message, "Get-HaEvent tells what holds it up.", target);

    public static HaError HanodeMissing(string path) => new(
        "HanodeMissing", ErrorCategory.ResourceUnavailable, $"The program '{path}' is missing.",
        "Run 'dotnet build' in the folder that holds HaTools.slnx.", path);

    public static HaError NodeCannotStart(string node, string message, Exception? cause = null) =>
        new("NodeCannotStart", ErrorCategory.OpenError, message, Target: node, Cause: cause);

    /// <summary>
    /// What an exception of the engine, of the kernel or of the control socket is to the user; null: it is a defect of ours and shall be
    /// seen as it is.
    /// </summary>
    public static HaError? From(Exception exception, string? node) => exception switch
    {
        NodeControlException { Error: NodeControlException.Unreachable } e =>
            new HaError(NodeNotRunningId, ErrorCategory.ResourceUnavailable, e.Message, "Start it: Start-HaNode.", node, e),
        NodeControlException { Error: NodeControlException.Unresponsive } e =>
            new HaError("NodeUnresponsive", ErrorCategory.OperationTimeout, e.Message, Target: node, Cause: e),
        NodeControlException { Error: NodeControlException.PermissionDenied } e =>
            new HaError(FailureCode.PermissionDenied, ErrorCategory.PermissionDenied, e.Message,
                "Run as root; members of the group hatools may read.", node, e),
        NodeControlException { Error: NodeControlException.Conflict } e =>
            new HaError(NodeChangedId, ErrorCategory.ResourceBusy, e.Message, "Others change the node all the time: try again later.", node, e),
        NodeControlException { Error: NodeControlException.NotReady } e =>
            new HaError("NodeBusy", ErrorCategory.ResourceBusy, e.Message, "Try again in a moment.", node, e),
        NodeControlException e =>
            OfCode(e.Code, e, node) ?? new HaError("NodeRefused", ErrorCategory.InvalidOperation, e.Message, Target: node, Cause: e),
        HaEngineException e => OfCode(FailureCode.Of(e), e, node) ?? NodeCannotStart(node ?? "", e.Message, e),
        LinuxException e => OfCode(FailureCode.Of(e), e, node) ?? KernelRejected(e, e.ErrnoName),
        NetlinkException e => OfCode(FailureCode.Of(e), e, node) ?? KernelRejected(e, e.ErrnoName),
        _ => null,
    };

    private static HaError? OfCode(string? code, Exception exception, string? node) => code switch
    {
        FailureCode.PermissionDenied => new HaError(code, ErrorCategory.PermissionDenied, exception.Message, RunAsRoot, node, exception),
        FailureCode.InterfaceNotFound =>
            new HaError(code, ErrorCategory.ObjectNotFound, exception.Message, "'ip link' lists the interfaces.", node, exception),
        FailureCode.IpvsModuleMissing =>
            new HaError(code, ErrorCategory.ResourceUnavailable, exception.Message, "modprobe ip_vs", node, exception),
        _ => null,
    };

    private static HaError KernelRejected(Exception exception, string errnoName) =>
        new("KernelRejected", ErrorCategory.InvalidOperation, exception.Message, Target: errnoName, Cause: exception);
}
