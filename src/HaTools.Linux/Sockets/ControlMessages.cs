namespace HaTools.Linux;

/// <summary>Ancillary messages of sendmsg and recvmsg (cmsg(3)) in a buffer of the caller's, which is aligned to 8 bytes.</summary>
/// <param name="buffer">The buffer.</param>
/// <param name="length">How much of it there is: all that may be written, or what was received.</param>
internal unsafe ref struct ControlMessages(byte* buffer, int length)
{
    private int position;

    /// <summary>What was written, for msg_controllen.</summary>
    public readonly int Length => position;

    /// <summary>The room that a message with so much data takes (CMSG_SPACE).</summary>
    public static int Space(int dataLength) => Align(sizeof(cmsghdr)) + Align(dataLength);

    /// <summary>Adds a message.</summary>
    public void Add<T>(int level, int type, T data)
        where T : unmanaged
    {
        var header = (cmsghdr*)(buffer + position);
        header->cmsg_len = (nuint)(Align(sizeof(cmsghdr)) + sizeof(T));
        header->cmsg_level = level;
        header->cmsg_type = type;
        *(T*)(buffer + position + Align(sizeof(cmsghdr))) = data;
        position += Space(sizeof(T));
    }

    /// <summary>Goes to the next message that was received.</summary>
    /// <returns>False: there is none.</returns>
    public bool Next(out int level, out int type, out ReadOnlySpan<byte> data)
    {
        level = type = 0;
        data = default;
        if (length - position < sizeof(cmsghdr)) return false;
        var header = (cmsghdr*)(buffer + position);
        if (header->cmsg_len < (nuint)sizeof(cmsghdr) || header->cmsg_len > (nuint)(length - position)) return false;
        level = header->cmsg_level;
        type = header->cmsg_type;
        int head = Align(sizeof(cmsghdr));
        data = new ReadOnlySpan<byte>(buffer + position + head, (int)header->cmsg_len - head);
        position += Align((int)header->cmsg_len);
        return true;
    }

    private static int Align(int length) => (length + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);
}
