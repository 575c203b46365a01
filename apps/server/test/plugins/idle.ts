/** Has no hooks at all. */
export default {}
