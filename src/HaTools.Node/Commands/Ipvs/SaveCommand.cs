using System.CommandLine;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Node.Commands.Ipvs;

/// <summary><c>hanode ipvs save</c>: the table in the words that <c>ipvsadm -R</c> reads.</summary>
internal static class SaveCommand
{
    public static Command Create()
    {
        var style = new Option<bool>("--ipvsadm")
        {
            Description = "Byte for byte as ipvsadm -S -n: sorted, and without thresholds. Else all that ipvsadm -R can take, real servers in the order of entry.",
        };
        var command = new Command("save", "Write the table in ipvsadm's format, for ipvsadm -R and hanode ipvs restore.") { style };
        command.SetAction(parsed =>
        {
            using IpvsClient client = IpvsClient.Open();
            Console.Out.Write(Text(IpvsSavedTable.Read(client), parsed.GetValue(style) ? IpvsSaveStyle.Ipvsadm : IpvsSaveStyle.Whole));
            return ExitCode.Success;
        });
        return command;
    }

    private static string Text(IpvsSavedTable table, IpvsSaveStyle style)
    {
        try
        {
            return IpvsSaveWriter.Write(table, style);
        }
        catch (ArgumentException e)
        {
            throw new IOException($"the table cannot be said in ipvsadm's format: {e.Message}", e);
        }
    }
}
