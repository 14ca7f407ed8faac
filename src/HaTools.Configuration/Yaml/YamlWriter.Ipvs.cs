using System.Globalization;

namespace HaTools.Configuration.Yaml;

/// <summary>What holds for IPVS as a whole.</summary>
internal sealed partial class YamlWriter
{
    private void Ipvs(IpvsSettings ipvs)
    {
        Time("tcpTimeout", ipvs.TcpTimeout, null);
        Time("tcpFinTimeout", ipvs.TcpFinTimeout, null);
        Time("udpTimeout", ipvs.UdpTimeout, null);
        if (ipvs.Parameters.Count > 0) text.Map("parameters", () => Parameters(ipvs.Parameters));
        Word("foreign", ipvs.Foreign, IpvsSettings.None.Foreign);
        Word("drift", ipvs.Drift, IpvsSettings.None.Drift);
        if (ipvs.GroupMarks is { } marks) text.Map("groupMarks", () => GroupMarks(marks));
    }

    private void GroupMarks(GroupMarkSettings marks)
    {
        var usual = new GroupMarkSettings();
        text.Value("table", marks.Table);
        Number("priority", marks.Priority, usual.Priority);
        if (marks.Start != usual.Start) Unsigned("start", marks.Start);
    }

    private void Parameters(ValueList<IpvsParameterSetting> parameters)
    {
        foreach (IpvsParameterSetting parameter in parameters)
        {
            // A number as people write it.
            if (int.TryParse(parameter.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                && number.ToString(CultureInfo.InvariantCulture) == parameter.Value)
                text.Value(parameter.Name, number);
            else text.Value(parameter.Name, parameter.Value);
        }
    }
}
