using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// A refusal of the kernel: the errno by name, what was being done to what, and what to do about it.
/// <c>EPERM (operation not permitted): opening the VRRP socket on eth0; run as root or grant CAP_NET_RAW</c>.
/// </summary>
internal sealed class LinuxException : IOException
{
    /// <summary>Makes the exception of an errno.</summary>
    /// <param name="operation">What was being done, in words that go before the object: <c>opening the VRRP socket on</c>.</param>
    /// <param name="objectName">The object: <c>eth0</c>; null: none.</param>
    /// <param name="errno">The error number.</param>
    /// <param name="advice">What to do about it; null: the general advice for the errno, if there is any.</param>
    public LinuxException(string operation, string? objectName, int errno, string? advice = null)
        : base(Text(operation, objectName, errno, advice))
    {
        Errno = errno;
        HResult = errno;
    }

    /// <summary>The error number.</summary>
    public int Errno { get; }

    /// <summary>The error number's name in C: <c>EPERM</c>.</summary>
    public string ErrnoName => Linux.Errno.Name(Errno);

    /// <summary>The exception of the errno that the last call on this thread left.</summary>
    public static LinuxException Last(string operation, string? objectName = null, string? advice = null) =>
        new(operation, objectName, Marshal.GetLastPInvokeError(), advice);

    private static string Text(string operation, string? objectName, int errno, string? advice)
    {
        string what = objectName is null ? operation : $"{operation} {objectName}";
        string text = $"{Linux.Errno.Name(errno)} ({Linux.Errno.Describe(errno)}): {what}";
        advice ??= Linux.Errno.Advise(errno);
        return advice is null ? text : $"{text}; {advice}";
    }
}
