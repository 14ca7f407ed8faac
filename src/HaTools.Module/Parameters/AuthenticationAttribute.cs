using System.Management.Automation;

namespace HaTools.Module.Parameters;

/// <summary>Lets version 2 authentication be written as its password (keepalived: <c>auth_type PASS</c> + <c>auth_pass</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AuthenticationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            VrrpAuthentication authentication => authentication,
            null => null!,
            // A bare 1111 on the command line is a number to PowerShell.
            var password => new VrrpAuthentication(VrrpAuthenticationType.SimplePassword,
                Convert.ToString(password, System.Globalization.CultureInfo.InvariantCulture)!),
        };
}
