namespace HaTools.Netlink;

/// <summary>
/// The kernel, or the way to it, refused a request. The message names the error, the object, what the kernel added in its extended ack,
/// and what to do: <c>EEXIST (file exists): adding IPVS service tcp 192.0.2.1:80; it is there already</c>.
/// </summary>
public class NetlinkException : IOException
{
    /// <summary>Makes the exception of an errno.</summary>
    /// <param name="operation">What was being done, in words that go before the object: <c>adding IPVS service</c>.</param>
    /// <param name="objectName">The object in words; null: none.</param>
    /// <param name="errno">The positive error number; 0: the answer itself was unusable.</param>
    /// <param name="extendedAck">The kernel's own words (NLMSGERR_ATTR_MSG); null: it gave none.</param>
    /// <param name="advice">What to do about it; null: the general advice for the errno, if there is any.</param>
    public NetlinkException(string operation, string? objectName, int errno, string? extendedAck = null, string? advice = null)
        : base(Text(operation, objectName, errno, extendedAck, advice ?? Linux.Errno.Advise(errno)))
    {
        Errno = errno;
        HResult = errno;
        Operation = operation;
        Object = objectName;
        ExtendedAck = extendedAck;
        Advice = advice ?? Linux.Errno.Advise(errno);
    }

    /// <summary>The positive error number; 0 where the kernel reported none (an answer that breaks the protocol).</summary>
    public int Errno { get; }

    /// <summary>The error number's name in C: <c>ENODEV</c>; <c>OK</c> for 0.</summary>
    public string ErrnoName => Linux.Errno.Name(Errno);

    /// <summary>What was being done: <c>adding address</c>.</summary>
    public string Operation { get; }

    /// <summary>To what: <c>192.0.2.1/24 on interface 2</c>; null: nothing to name.</summary>
    public string? Object { get; }

    /// <summary>The kernel's own words from its extended ack; null: it gave none.</summary>
    public string? ExtendedAck { get; }

    /// <summary>What to do about it; null: nothing is known that helps in general.</summary>
    public string? Advice { get; }

    private static string Text(string operation, string? objectName, int errno, string? extendedAck, string? advice)
    {
        string what = objectName is null ? operation : $"{operation} {objectName}";
        string text = errno == 0 ? $"netlink: {what}" : $"{Linux.Errno.Name(errno)} ({Linux.Errno.Describe(errno)}): {what}";
        if (extendedAck is not null) text += $" (kernel: {extendedAck})";
        return advice is null ? text : $"{text}; {advice}";
    }
}
