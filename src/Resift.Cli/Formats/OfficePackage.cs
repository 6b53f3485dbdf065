using System.Globalization;
using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace Resift.Cli;

/// <summary>Opens the packages of Word, PowerPoint and Excel, and their parts, within bounds.</summary>
internal static class OfficePackage
{
    private const int MostParts = 20_000;
    private const long LargestPart = 256L * 1024 * 1024;
    private const long MostInAll = 1024L * 1024 * 1024;

    private static readonly XmlReaderSettings _xml = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = LargestPart,
    };

    /// <summary>Reads a package.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="open">Opens the package.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="InvalidDataException">It is encrypted, damaged, too large or something else.</exception>
    public static FileContent Read<TPackage>(byte[] bytes, Func<Stream, TPackage> open, Func<TPackage, FileContent> read)
        where TPackage : OpenXmlPackage
    {
        try
        {
            Check(bytes);
            using var package = open(new MemoryStream(bytes, writable: false));
            return read(package);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"it is damaged: {ContentBuilder.OneLine(exception.Message)}", exception);
        }
        catch (InvalidDataException exception) when (exception.Source == typeof(ZipArchive).Assembly.GetName().Name)
        {
            throw new InvalidDataException($"it is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Opens a part to read it element by element; null if there is none.</summary>
    public static XmlReader? Open(OpenXmlPart? part) =>
        part is null ? null : XmlReader.Create(part.GetStream(FileMode.Open, FileAccess.Read), _xml);

    /// <summary>Gets the main part of a package.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is of another program.</exception>
    public static TPart Required<TPart>(TPart? part, string program)
        where TPart : OpenXmlPart =>
        part is not null && part.ContentType.Contains(program, StringComparison.Ordinal)
            ? part
            : throw new InvalidDataException($"it is damaged, or of another program: there is no {program} in it.");

    /// <summary>Gets the title that is kept beside the text, unless a program wrote it by itself.</summary>
    public static string? TitleOf(OpenXmlPackage package) =>
        package.PackageProperties.Title is { } title && title.Any(char.IsLetter) && title != "PowerPoint Presentation" ? title : null;

    private static void Check(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            throw new InvalidDataException("it is encrypted with a password, or in the binary format of before 2007.");
        }

        if (!bytes.AsSpan().StartsWith("PK"u8))
        {
            throw new InvalidDataException("it is no package of Office, which is a ZIP archive.");
        }

        using var zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
        // A reader gets no more of an entry than the length that it states.
        long all = zip.Entries.Sum(entry => Math.Max(0, entry.Length));
        if (zip.Entries.Count > MostParts || all > MostInAll)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"it has {zip.Entries.Count:N0} parts with {all:N0} bytes; {MostParts:N0} and {MostInAll:N0} are read at most."));
        }
    }
}
