using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine;

/// <summary>
/// Why something cannot be done, in a word: programs match it where people read the message. The words are API (control socket, cmdlets).
/// </summary>
internal static class FailureCode
{
    /// <summary>The host has no interface of that name.</summary>
    public const string InterfaceNotFound = "InterfaceNotFound";

    /// <summary>The kernel has no IPVS.</summary>
    public const string IpvsModuleMissing = "IpvsModuleMissing";

    /// <summary>The engine's process may not do it.</summary>
    public const string PermissionDenied = "PermissionDenied";

    /// <summary>The word for an exception, or for what caused it; null: there is none.</summary>
    public static string? Of(Exception? exception) => exception switch
    {
        null => null,
        HaEngineException { Code: { } code } => code,
        IpvsUnavailableException => IpvsModuleMissing,
        NetlinkException e => OfErrno(e.Errno),
        LinuxException e => OfErrno(e.Errno),
        UnauthorizedAccessException => PermissionDenied,
        _ => Of(exception.InnerException),
    };

    private static string? OfErrno(int errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => PermissionDenied,
        Errno.ENODEV => InterfaceNotFound,
        _ => null,
    };
}
