using HaTools.Linux;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

/// <content>Making, changing and deleting interfaces.</content>
public sealed partial class RouteClient
{
    /// <summary>Sets an interface up or down (IFF_UP).</summary>
    /// <param name="index">Its index, from 1.</param>
    /// <param name="up">True: up.</param>
    public void SetLinkUp(int index, bool up)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        batch.Clear();
        AttributeWriter writer = batch.Begin(RTM_NEWLINK, NetlinkFlags.None);
        LinkMessage.WriteSetUp(ref writer, index, up);
        batch.End(writer);
        if (socket.Execute(batch, results) > 0)
            throw Failure(up ? "setting up interface" : "setting down interface", $"{index}", results[0]);
    }

    /// <summary>Makes an interface (RTM_NEWLINK with NLM_F_CREATE | NLM_F_EXCL).</summary>
    /// <param name="request">What to make.</param>
    /// <returns>What the kernel made.</returns>
    /// <exception cref="ArgumentException">The request cannot be meant; nothing was done.</exception>
    /// <exception cref="NetlinkException">
    /// The kernel refused: EEXIST, the name is taken; ENODEV, there is no such parent; EOPNOTSUPP, it has no such kind of interface; EBUSY,
    /// another interface of the parent has the address, or the parent belongs to something that excludes it; EPERM.
    /// </exception>
    public LinkInfo CreateLink(LinkRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        batch.Clear();
        AttributeWriter writer = batch.Begin(RTM_NEWLINK, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        LinkMessage.WriteCreate(ref writer, request);
        batch.End(writer);
        if (socket.Execute(batch, results) > 0)
        {
            NetlinkResult refused = results[0];
            throw new NetlinkException($"making the {request.Kind} interface", request.Name, refused.Errno, refused.ExtendedAck, refused.Errno switch
            {
                Errno.EOPNOTSUPP => $"the kernel has no {request.Kind}: load its module, or run a kernel that has it",
                Errno.ENODEV => $"there is no interface {request.Parent} to put it on",
                Errno.EEXIST => "an interface of that name is there already",
                _ => null,
            });
        }

        return FindLink(request.Name)
            ?? throw new NetlinkException($"making the {request.Kind} interface", request.Name, Errno.ENODEV, null, "something else deleted it at once");
    }

    /// <summary>Changes what a <see cref="LinkChange"/> names of an interface, and nothing else (RTM_SETLINK).</summary>
    /// <param name="index">Its index, from 1.</param>
    /// <param name="change">What to change.</param>
    /// <exception cref="ArgumentException">The change cannot be meant; nothing was done.</exception>
    /// <exception cref="NetlinkException">The kernel refused; a part of it may be done.</exception>
    public void ChangeLink(int index, LinkChange change)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        ArgumentNullException.ThrowIfNull(change);
        change.Validate();
        batch.Clear();
        AttributeWriter writer = batch.Begin(RTM_SETLINK, NetlinkFlags.None);
        LinkMessage.WriteChange(ref writer, index, change);
        batch.End(writer);
        if (socket.Execute(batch, results) > 0) throw Failure("changing interface", $"{index}", results[0]);
    }

    /// <summary>Deletes an interface (RTM_DELLINK), with its addresses and routes.</summary>
    /// <param name="index">Its index, from 1.</param>
    /// <returns>False: it was not there.</returns>
    /// <exception cref="NetlinkException">The kernel refused: EOPNOTSUPP, it is one that cannot be deleted (hardware, <c>lo</c>).</exception>
    public bool DeleteLink(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        batch.Clear();
        AttributeWriter writer = batch.Begin(RTM_DELLINK, NetlinkFlags.None);
        LinkMessage.WriteDelete(ref writer, index);
        batch.End(writer);
        if (socket.Execute(batch, results) == 0) return true;
        if (results[0].Errno == Errno.ENODEV) return false;
        throw Failure("deleting interface", $"{index}", results[0]);
    }
}
