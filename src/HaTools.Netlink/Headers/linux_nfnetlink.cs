using System.Runtime.InteropServices;

namespace HaTools.Netlink;

/// <summary>linux/netfilter/nfnetlink.h and nf_tables.h, with their own names.</summary>
internal static class linux_nfnetlink
{
    public const int NFNLGRP_NFTABLES = 7;

    public const byte NFNL_SUBSYS_NFTABLES = 10;

    public const byte NFT_MSG_NEWGEN = 15;

    /// <summary>NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, NFTA_RULE_TABLE, NFTA_SET_TABLE, NFTA_SET_ELEM_LIST_TABLE, NFTA_OBJ_TABLE …: all are the first.</summary>
    public const ushort NFTA_TABLE = 1;
}

[StructLayout(LayoutKind.Sequential)]
internal struct nfgenmsg
{
    public byte nfgen_family;
    public byte version;
    public ushort res_id;
}
