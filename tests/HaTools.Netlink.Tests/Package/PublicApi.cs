using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace HaTools.Netlink.Tests.Package;

/// <summary>The public interface of assemblies as text, a line for each type and member, in an order of its own.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(IEnumerable<Assembly> assemblies)
    {
        var text = new StringBuilder();
        foreach (Type type in assemblies.SelectMany(a => a.GetExportedTypes()).OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Heading(type)).Append('\n');
            foreach (string member in Members(type).Distinct().Order(StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Heading(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => $"enum : {Name(Enum.GetUnderlyingType(type))}",
            { IsInterface: true } => "interface",
            { BaseType.Name: nameof(MulticastDelegate) } => "delegate",
            { IsValueType: true } => type.IsByRefLike ? "ref struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<string> bases = type.IsEnum || type.IsInterface || type.IsValueType ? [] : type.BaseType is { } b && b != typeof(object) ? [Name(b)] : [];
        IEnumerable<string> interfaces = type.IsEnum || kind == "delegate" ? [] : type.GetInterfaces().Select(i => Name(i)).Order(StringComparer.Ordinal);
        string[] above = [.. bases, .. interfaces];
        string flags = type.IsEnum && type.GetCustomAttribute<FlagsAttribute>() is not null ? " [flags]" : "";
        return $"{type.Namespace}.{Name(type)}: {kind}{flags}{(above.Length > 0 ? $" : {string.Join(", ", above)}" : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(n => $"{n} = {Convert.ToUInt64(Enum.Parse(type, n), null)}");
        if (typeof(MulticastDelegate).IsAssignableFrom(type)) return [Method(type.GetMethod("Invoke")!)];
        return type.GetMembers(Declared).Where(m => IsShown(m)).Select(Member).OfType<string>();
    }

    private static bool IsShown(MemberInfo member) => member switch
    {
        // What a record has of itself is said by its being one.
        MethodInfo method => IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null,
        ConstructorInfo constructor => IsVisible(constructor) && constructor.GetCustomAttribute<CompilerGeneratedAttribute>() is null,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible) && property.Name != "EqualityContract",
        FieldInfo field => field.IsPublic || field.IsFamily,
        _ => false,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static string? Member(MemberInfo member) => member switch
    {
        MethodInfo method => Method(method),
        ConstructorInfo constructor => $"{Static(constructor)}new({Parameters(constructor)})",
        PropertyInfo property => Property(property),
        FieldInfo { IsLiteral: true } field => $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        return $"{Static(method)}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo any = property.GetAccessors(nonPublic: true)[0];
        string setter = property.SetMethod is { } set && IsVisible(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        string getter = property.GetMethod is { } get && IsVisible(get) ? " get;" : "";
        string required = property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ";
        string index = property.GetIndexParameters().Length > 0 ? $"[{string.Join(", ", property.GetIndexParameters().Select(Parameter))}]" : "";
        return $"{Static(any)}{required}{Name(property.PropertyType, Nullability.Create(property))} {property.Name}{index} {{{getter}{setter} }}";
    }

    private static string Static(MethodBase method) => method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string passed = parameter switch
        {
            { IsOut: true, ParameterType.IsByRef: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ => "",
        };
        string value = !parameter.HasDefaultValue ? "" : parameter.DefaultValue switch
        {
            null => " = default",
            string text => $" = \"{text}\"",
            _ => $" = {parameter.DefaultValue}",
        };
        return $"{passed}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef) return Name(type.GetElementType()!, nullability);
        if (Nullable.GetUnderlyingType(type) is { } value) return $"{Name(value)}?";
        string nullable = !type.IsValueType && nullability is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable } ? "?" : "";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]{nullable}";
        string name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        if (!type.IsGenericType) return name + nullable;
        return $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(a => Name(a)))}>{nullable}";
    }
}
