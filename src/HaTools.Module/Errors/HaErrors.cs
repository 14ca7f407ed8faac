using System.Management.Automation;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Ipvs;

namespace HaTools.Module.Errors;

/// <summary>The catalogue: every error of the cmdlets, by id.</summary>
internal static class HaErrors
{
    private const string RunAsRoot = "Run as root, or grant CAP_NET_ADMIN and CAP_NET_RAW.";
    private const int EPERM = 1, ENXIO = 6, EACCES = 13, ENODEV = 19;

    public static HaError NodeNotRunning(string? node, IReadOnlyList<string> running)
    {
        string message = node is null ? "No node runs on this machine." : $"No node named '{node}' runs on this machine.";
        string advice = running.Count == 0
            ? "Start one: Start-HaNode -Path FILE. To build a configuration without a node: New-HaConfiguration | Add-IpvsService ..."
            : $"These run: {string.Join(", ", running)}.";
        return new HaError("NodeNotRunning", ErrorCategory.ResourceUnavailable, message, advice, node);
    }

    public static HaError NodeNotNamed(IReadOnlyList<string> running) => new(
        "NodeNotNamed", ErrorCategory.InvalidArgument, $"Several nodes run on this machine ({string.Join(", ", running)}) and none of them is 'default'.",
        "Say which one with -Node.");

    public static HaError NodeBusy(string node, string message, Exception? cause = null) =>
        new("NodeBusy", ErrorCategory.ResourceBusy, message, "Stop it first (Stop-HaNode), or choose another -Name.", node, cause);

    public static HaError ConfigurationInvalid(IEnumerable<HaConfigurationDiagnostic> diagnostics)
    {
        HaConfigurationDiagnostic[] all = [.. diagnostics];
        HaConfigurationDiagnostic[] errors = [.. all.Where(d => d.Severity == HaDiagnosticSeverity.Error)];
        return new HaError("ConfigurationInvalid", ErrorCategory.InvalidData, string.Join(Environment.NewLine, errors.Select(d => d.ToString())), Target: all);
    }

    public static HaError ConfigurationNotFound(string path, Exception? cause = null) => new(
        "ConfigurationNotFound", ErrorCategory.ObjectNotFound, $"The configuration file '{path}' does not exist.", "Check the path.", path, cause);

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

    public static HaError ServiceNotFound(string? id, IEnumerable<string> known)
    {
        string names = string.Join("; ", known);
        return new HaError(
            "IpvsServiceNotFound", ErrorCategory.ObjectNotFound, id is null ? "Which service is meant is not clear." : $"There is no service {id}.",
            names.Length == 0 ? "Add it first: Add-IpvsService." : $"Name one with -Service: {names}.", id);
    }

    public static HaError RealServerExists(string id, string service) => new(
        "IpvsRealServerExists", ErrorCategory.ResourceExists, $"Service {service} already has the real server {id}.",
        "Change the configuration and apply it with Update-HaNode.", id);

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
        new("OperationTimeout", ErrorCategory.OperationTimeout, message, "Raise -Timeout, or look at Get-HaEvent for what holds it up.", target);

    public static HaError HanodeMissing(string path) => new(
        "HanodeMissing", ErrorCategory.ResourceUnavailable, $"The program '{path}' is missing.", "Run 'dotnet build' in the folder that holds HaTools.slnx.", path);

    public static HaError NodeCannotStart(string node, string message, Exception? cause = null) =>
        new("NodeCannotStart", ErrorCategory.OpenError, message, Target: node, Cause: cause);

    /// <summary>What an exception of the engine, of the kernel or of the control socket is to the user; null: it is a defect of ours and shall be seen as it is.</summary>
    public static HaError? From(Exception exception, string? node) => exception switch
    {
        NodeControlException { Error: NodeControlException.Unreachable } e =>
            new HaError("NodeNotRunning", ErrorCategory.ResourceUnavailable, e.Message, "Start it: Start-HaNode.", node, e),
        NodeControlException { Error: NodeControlException.PermissionDenied } e =>
            new HaError("PermissionDenied", ErrorCategory.PermissionDenied, e.Message, "Run as root; members of the group hatools may read.", node, e),
        NodeControlException { Error: NodeControlException.NotReady } e =>
            new HaError("NodeBusy", ErrorCategory.ResourceBusy, e.Message, "Try again in a moment.", node, e),
        NodeControlException e => new HaError("NodeRefused", ErrorCategory.InvalidOperation, e.Message, Target: node, Cause: e),
        IpvsUnavailableException e => Kernel("IpvsModuleMissing", ErrorCategory.ResourceUnavailable, e, "modprobe ip_vs", node),
        LinuxException e => Kernel(e.Errno, e.ErrnoName, e, node),
        NetlinkException e => Kernel(e.Errno, e.ErrnoName, e, node),
        HaEngineException { InnerException: { } inner } e when From(inner, node) is { } cause => cause with { Message = e.Message, Cause = e },
        HaEngineException e => NodeCannotStart(node ?? "", e.Message, e),
        _ => null,
    };

    private static HaError Kernel(int errno, string errnoName, Exception exception, string? node) => errno switch
    {
        EPERM or EACCES => Kernel("PermissionDenied", ErrorCategory.PermissionDenied, exception, RunAsRoot, node),
        ENXIO or ENODEV => Kernel("InterfaceNotFound", ErrorCategory.ObjectNotFound, exception, "'ip link' lists the interfaces.", node),
        _ => Kernel("KernelRejected", ErrorCategory.InvalidOperation, exception, null, errnoName),
    };

    private static HaError Kernel(string id, ErrorCategory category, Exception exception, string? advice, object? target) =>
        new(id, category, exception.Message, advice, target, exception);
}
