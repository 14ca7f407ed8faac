namespace HaTools.Engine.Vrrp;

/// <summary>A virtual address that is not as it should be.</summary>
/// <param name="Address">The address.</param>
/// <param name="Where">Its interface.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Errno">With which errno; meaningless for <see cref="AddressTroubleKind.Duplicate"/>.</param>
internal sealed record AddressTrouble(HostedAddress Address, string Where, AddressTroubleKind Kind, int Errno)
{
    /// <summary>What is wrong, in words.</summary>
    public string Reason => Kind switch
    {
        AddressTroubleKind.Duplicate => "another machine on the link has it: duplicate address detection failed",
        AddressTroubleKind.Stuck => $"it cannot be removed: {Linux.Errno.Name(Errno)} ({Linux.Errno.Describe(Errno)}); two routers may answer for it",
        _ => $"{Linux.Errno.Name(Errno)} ({Linux.Errno.Describe(Errno)}){Words.AddressAdvice(Errno)}",
    };

    /// <summary>What is wrong with an address that is held; null: nothing.</summary>
    public static AddressTrouble? Of(HostedAddress address)
    {
        if (!address.Owner.IsHeld) return null;

        // One that is looked for on the link again is another machine's until it has proved to be free.
        AddressTroubleKind kind = address.Duplicates > 0 ? AddressTroubleKind.Duplicate : AddressTroubleKind.Refused;
        return address.Error == 0 && kind == AddressTroubleKind.Refused ? null : new AddressTrouble(address, address.Carrier.Name, kind, address.Error);
    }
}

/// <summary>What may be wrong with a virtual address.</summary>
internal enum AddressTroubleKind
{
    /// <summary>The kernel does not take it.</summary>
    Refused,

    /// <summary>Another machine on the link has it.</summary>
    Duplicate,

    /// <summary>It stands where it should not any more.</summary>
    Stuck,
}
